"""Settings for the tests: the embedded settings, fast and leaving nothing behind.

Pages speak English here, since the msgids are English and so need no compiled catalogue; a test of the
Chinese interface sends ``Accept-Language: zh-hans`` or uses ``translation.override``.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_scratch = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)

# The tests with real workers may use a Redis that runs already (tests/stack.py); nothing else talks to it.
STACK_REDIS_URL = os.environ.get("REDIS_URL", "")

# A developer's own environment must not reach the tests; DATABASE_URL may, to test on PostgreSQL.
for _name in ("SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL", "PASSWORD_PROFILE", "TRUSTED_PROXIES"):
    os.environ.pop(_name, None)
os.environ["PORTAL_ENV"] = "embedded"
os.environ["PORTAL_VAR"] = str(_scratch)
os.environ["SECRET_KEY"] = "tests-only-" + "x" * 50

from renovation_portal import settings as _portal  # noqa: E402 - the environment comes first

globals().update({name: getattr(_portal, name) for name in dir(_portal) if name.isupper()})

# A file, not memory: threads of one test must meet the same locks as two officials do.
DATABASES = _portal.DATABASES
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "tests.sqlite3")}
    # Nothing here outlives the run, so nothing need reach the disk; the locks stay what they are.
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")
DATABASES["default"]["CONN_MAX_AGE"] = 0

LANGUAGE_CODE = "en"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A page kept from one test would be read in the next.
RESIDENTS_PAGE_SECONDS = 0
MEDIA_ROOT = _scratch / "media"
# Every test client would search all static files anew; the live server finds them by itself.
(_scratch / "static").mkdir()
WHITENOISE_USE_FINDERS = False
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
