"""WSGI entry point: pages and API under gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

SWITCH_SECONDS = 0.0005
"""A request needs the interpreter back after each of its twenty answers of the database; a busy thread beside it
would by default keep it for 5 ms each time."""

sys.setswitchinterval(SWITCH_SECONDS)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
