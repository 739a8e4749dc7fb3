"""Commands behind the Makefile: install, copy front-end files, compile translations, serve."""
