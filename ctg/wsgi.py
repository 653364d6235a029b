import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctg.settings")
application = get_wsgi_application()
_ = get_resolver().reverse_dict  # every page is read now, not while the first person waits
gc.collect()
gc.freeze()  # the program itself is never garbage: requests do not look through it again
