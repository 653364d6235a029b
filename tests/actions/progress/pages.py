"""What the tests of these pages say and read."""

import re

from actions.models import Contribution

State = Contribution.State
SAID = {"status": "ongoing", "done": "Deux permanences par semaine.", "difficulty": ""}
HTMX = {"HTTP_HX_REQUEST": "true"}


def text(response):
    """What is read on the page, one space between words."""
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    words = re.sub(r"<[^>]+>", " ", main).replace("&amp;", "&")
    return re.sub(r"\s+", " ", words)
