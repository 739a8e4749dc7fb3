"""The portal as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renovation_portal.settings")
application = get_wsgi_application()
# Django loads the pages at the first request: here a preloading server does it once for all its processes.
_ = get_resolver().url_patterns
