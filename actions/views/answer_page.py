import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone

from actions import answering
from actions.answers import beside_previous
from actions.forms.answer import BY_LINK, AnswerForm, SetAsideForm
from actions.models import Contribution
from actions.views.deadline import deadline
from actions.views.door import Door
from ctg.french import NBSP, clock, french_date, french_day


class AnswerPage:
    """The form of one action, whichever door the person came by: shown, kept, sent."""

    def __init__(self, request, door: Door, contribution: Contribution):
        self.request, self.door, self.contribution = request, door, contribution
        self.beside = beside_previous([contribution])[0]
        if door.link and not door.person:
            contribution._change_reason = BY_LINK

    @property
    def _signature(self):
        return {"by": self.door.person, "link": self.door.link}

    def respond(self, **initial):
        if self.request.method == "POST":
            return self._receive()
        if not self.contribution.can_change:
            return redirect(self.door.read(self.contribution))
        return self.show(AnswerForm(answer=self.beside, by=self.door.person, initial=initial))

    def read(self, *, back, can_answer=True):
        """What was answered; ``back``: the words and the address of the page one came from."""
        contribution = self.contribution
        label, url = back
        can_change = contribution.can_change and can_answer
        return render(
            self.request,
            "progress/answer_detail.html",
            {
                "answer": self.beside,
                "contribution": contribution,
                "campaign_label": f"Campagne {contribution.campaign.year}",
                "back_label": label,
                "back_url": url,
                "answer_url": self.door.answer(contribution) if can_change else "",
                "state_words": state_words(contribution),
            },
        )

    def report_nothing_new(self):
        try:
            answering.report_nothing_new(self.contribution, **self._signature)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return redirect(self.door.answer(self.contribution))
        return self._next(f"{self.contribution.action.code} : rien de nouveau, noté.")

    def set_aside(self):
        form = SetAsideForm(self.request.POST or None)
        if form.is_valid():
            try:
                answering.set_aside(self.contribution, **form.cleaned_data, **self._signature)
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                code = self.contribution.action.code
                return self._next(f"{code} ne vous est plus demandée.")
        return render(
            self.request,
            "progress/set_aside_form.html",
            {
                "form": form,
                "contribution": self.contribution,
                "door": self.door,
                "answer_url": self.door.answer(self.contribution),
            },
        )

    def show(self, form, **context):
        contribution, siblings = self.contribution, self._siblings()
        rank = next(i for i, s in enumerate(siblings, 1) if s.pk == contribution.pk)
        return render(
            self.request,
            "progress/answer.html" + ("#saved" if self.request.htmx else ""),
            {
                "answer": self.beside,
                "contribution": contribution,
                "door": self.door,
                "form": form,
                "version": self._version(),
                "saved_at": contribution.saved_at,
                "saved_words": self._saved_words(),
                "deadline": deadline(contribution.campaign),
                "rank_words": f"action {rank} sur {len(siblings)}",
                "sent": [s.pk for s in siblings if s.is_sent],
                "nothing_new": contribution.is_untouched and self.beside.previous is not None,
                "nothing_new_url": self.door.nothing_new(contribution),
                "set_aside_url": self.door.set_aside(contribution),
                "read_url": self.door.read(contribution),
                **context,
            },
        )

    def _receive(self):
        is_draft = bool(self.request.htmx) or "later" in self.request.POST
        form = AnswerForm(
            self.request.POST, answer=self.beside, by=self.door.person, is_draft=is_draft
        )
        form.is_valid()
        try:
            return self._draft(form) if is_draft else self._send(form)
        except ValidationError:
            return self._locked(form)

    def _draft(self, form):
        """Keep what is understood, say what is not; nothing over what somebody else just saved."""
        if not form.conflicts:
            self._keep(form)
        if self.request.htmx:
            response = self.show(form)
            if not form.conflicts:
                detail = {"version": self._version()}
                response.headers["HX-Trigger"] = json.dumps({"ctg:saved": detail})
            return response
        if form.conflicts:
            return self.show(form)
        messages.success(self.request, "Votre brouillon est enregistré.")
        return redirect(self.door.mine)

    def _send(self, form):
        """What cannot be sent yet is kept as a draft."""
        if not form.errors:
            answering.submit(self.contribution, figures=form.figures, **self._signature)
            return self._sent()
        if not form.conflicts:
            self._keep(form)
        return self.show(form, kept=not form.conflicts)

    def _keep(self, form):
        answering.save_draft(self.contribution, figures=form.figures, refused=form.refused)

    def _locked(self, form):
        """Sent or closed meanwhile: a second click, the back button, a draft behind the sending."""
        if self.request.htmx:
            return self.show(form, locked=True)
        if self.contribution.is_sent and not set(form.changed_data) - {"seen"}:
            return self._sent()
        form.add_error(None, "Cette réponse ne peut plus être modifiée : rien n’a été enregistré.")
        return self.show(form, locked=True)

    def _sent(self):
        return self._next(f"Votre avancement sur {self.contribution.action.code} est envoyé.")

    def _next(self, said):
        """The next action of the same list, from the one just settled and round to the first."""
        messages.success(self.request, said)
        siblings = self._siblings()
        place = next(i for i, s in enumerate(siblings) if s.pk == self.contribution.pk)
        for sibling in siblings[place + 1 :] + siblings[:place]:
            if not sibling.is_settled:
                return redirect(self.door.answer(sibling))
        return redirect(self.door.mine)

    def _siblings(self):
        """What the same organisation is asked in the same campaign."""
        return list(
            Contribution.objects.filter(
                campaign=self.contribution.campaign_id,
                organization=self.contribution.organization_id,
            )
            .only("pk", "state")
            .order_by("action__position", "action__code")
        )

    def _version(self):
        """Changes each time the server keeps something: draft.js compares it with its own copy."""
        return self.contribution.saved_at.isoformat() if self.contribution.saved_at else ""

    def _saved_words(self):
        """« à 10 h 42 » today, « le 12 janvier » before."""
        saved_at = self.contribution.saved_at
        if saved_at is None:
            return ""
        if timezone.localdate(saved_at) == timezone.localdate():
            return f"à {clock(saved_at)}"
        return f"le {french_day(saved_at)}"


def state_words(contribution):
    """Who sent and validated, when; or why nothing is to be expected any more."""
    words = []
    if contribution.state == Contribution.State.SET_ASIDE:
        words.append(f"«{NBSP}{contribution.set_aside_reason}{NBSP}»")
    if contribution.is_unchanged:
        words.append("rien de nouveau")
    if contribution.submitted_at:
        by = f" par {contribution.submitted_by}" if contribution.submitted_by else ""
        if contribution.submitted_link_id:
            by += " par le lien personnel"
        words.append(f"envoyée le {french_date(contribution.submitted_at)}{by}")
    if contribution.validated_at:
        words.append(f"validée le {french_date(contribution.validated_at)}")
    if not contribution.campaign.is_open:
        words.append("campagne close")
    elif contribution.state == Contribution.State.SUBMITTED:
        words.append("elle ne se modifie plus, sauf si elle est renvoyée")
    return ", ".join(words)
