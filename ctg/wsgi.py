import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctg.settings")
application = get_wsgi_application()
gc.collect()
gc.freeze()  # the program itself is never garbage: requests do not look through it again
