from actions.models import Contribution
from ctg.convention.models import Convention
from governance.frozen.heading import heading
from governance.reviews.build.chapters import action_sheets, stake_chapters
from governance.reviews.build.communes import commune_chapters
from governance.reviews.build.money import funding
from governance.reviews.build.opening import cover, essentials, framework, outlook
from governance.reviews.build.sources import Sources, load
from governance.reviews.build.steering import steering
from governance.reviews.build.territory import contributions, partners, territory
from governance.reviews.data import Method, ReviewData


def build_review(convention: Convention, year: int) -> ReviewData:
    """The review as it would be published now, in a fixed number of queries."""
    sources = load(convention, year)
    review = sources.review
    sheets = action_sheets(sources)
    return ReviewData(
        year=year,
        **heading(convention, review, sources.now),
        cover=cover(sources),
        essentials=essentials(sources),
        foreword=review.foreword.strip() if review else "",
        framework=framework(sources),
        steering=steering(sources),
        stakes=stake_chapters(sources),
        territory=territory(sources),
        contributions=contributions(sources),
        partners=partners(sources),
        funding=funding(sources),
        outlook=outlook(sources),
        sheets=sheets,
        indicators=tuple(row for sheet in sheets for row in sheet.indicators),
        method=_method(sources),
        communes=commune_chapters(sources),
        left_out=tuple(review.left_out) if review else (),
    )


def _method(sources: Sources) -> Method:
    answers = sources.contributions
    return Method(
        late_on=sources.late_on,
        actions=len(sources.judged),
        consolidated=sum(judged.review is not None for judged in sources.judged.values()),
        contributions_asked=len(answers),
        contributions_sent=sum(answer.is_sent for answer in answers),
        contributions_validated=sum(
            answer.state == Contribution.State.VALIDATED for answer in answers
        ),
    )
