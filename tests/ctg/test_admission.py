"""How a person enters a convention: by an invitation, or by asking once ProConnect knows her."""

import re
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from ctg.accounts.models import User
from ctg.convention import admission
from ctg.convention.models import AccessRequest, Membership
from ctg.convention.rights import Role
from ctg.mail.services import deliver_due
from tests.factories.ctg import make_commune, make_convention, make_organization, make_user


@pytest.fixture
def invite(convention, cast, labege):
    def send(email="nouvelle@example.org", organization=labege, role=Role.CONTRIBUTOR):
        sent = admission.invite(
            convention,
            email=email,
            first_name="Frédérique",
            organization=organization,
            role=role,
            by=cast["camille"],
        )
        deliver_due()
        return sent

    return send


def link_in(message):
    return re.search(r"/invitation/\S+", message.body)[0]


def test_an_invitation_opens_nothing_before_it_is_accepted(invite, mailoutbox, client):
    invite()

    page = client.get(link_in(mailoutbox[0])).content.decode()

    assert mailoutbox[0].to == ["nouvelle@example.org"]
    assert "Accepter l’invitation" in page
    assert not User.objects.filter(email="nouvelle@example.org").exists()


def test_accepting_opens_the_account_and_the_convention(invite, mailoutbox, client, convention):
    invite()

    answer = client.post(link_in(mailoutbox[0]))

    assert answer.url == convention.get_absolute_url()
    assert client.get(answer.url).status_code == 200
    member = Membership.objects.get(user__email="nouvelle@example.org")
    assert (member.role, str(member.organization)) == (Role.CONTRIBUTOR, "Labège")
    assert not member.user.has_usable_password()


def test_an_accepted_invitation_opens_nothing_more(invite, mailoutbox, client):
    invite()
    client.post(link_in(mailoutbox[0]))

    again = Client().post(link_in(mailoutbox[0]))

    assert (again.status_code, "déjà été acceptée" in again.content.decode()) == (410, True)


def test_an_invitation_ends_after_thirty_days(invite, mailoutbox, client):
    invite()

    with freeze_time(timezone.now() + timedelta(days=31)):
        answer = client.post(link_in(mailoutbox[0]))

    assert answer.status_code == 410
    assert not Membership.objects.filter(user__email="nouvelle@example.org").exists()


def test_a_withdrawn_invitation_is_refused(invite, mailoutbox, client, camille, url):
    sent = invite()

    camille.post(url("convention:invitation_withdraw", sent.pk))

    assert client.post(link_in(mailoutbox[0])).status_code == 410


def test_sending_again_replaces_the_link(invite, mailoutbox, client, camille, url):
    sent = invite()
    camille.post(url("convention:invitation_send_again", sent.pk))
    deliver_due()

    first, second = (client.get(link_in(message)) for message in mailoutbox)

    assert (first.status_code, second.status_code) == (410, 200)


def test_a_forged_link_is_refused_and_reveals_nothing(invite, client):
    invite()

    page = client.get(reverse("invitation", args=["WzEsIjIwMjYiXQ:abc:def"]))

    assert page.status_code == 410
    assert "Labège" not in page.content.decode()


def test_who_has_an_account_signs_in_before_accepting(invite, mailoutbox, client, cast, client_of):
    invite(email=cast["noa"].email)

    stranger = client.post(link_in(mailoutbox[0])).content.decode()
    assert "connectez-vous, vous reviendrez ici" in stranger
    other = client_of("alix").post(link_in(mailoutbox[0])).content.decode()
    assert "sous une autre adresse" in other
    assert not cast["noa"].memberships.filter(role=Role.CONTRIBUTOR).exists()

    client_of("noa").post(link_in(mailoutbox[0]))

    assert cast["noa"].memberships.filter(role=Role.CONTRIBUTOR).exists()


def test_the_same_person_is_not_invited_twice(invite):
    invite()

    with pytest.raises(ValidationError, match="déjà invitée"):
        invite(email="Nouvelle@example.org")


def test_pending_invitations_show_in_the_settings(invite, camille, url):
    invite()

    page = camille.get(url("convention:members")).content.decode()

    assert "nouvelle@example.org" in page
    assert "Renvoyer" in page


@pytest.fixture
def agent(labege):
    """Of Labège, as ProConnect told it."""
    labege.siren = "213102544"
    labege.save()
    user = make_user("Léa")
    SocialAccount.objects.create(
        user=user, provider="proconnect", uid="1", extra_data={"siret": "21310254400017"}
    )
    return user


@pytest.fixture
def lea(agent):
    client = Client()
    client.force_login(agent)
    return client


def test_an_agent_may_ask_the_convention_of_her_employer(lea, convention, cast, mailoutbox):
    page = lea.get(reverse("conventions")).content.decode()
    assert "vous travaillez pour Labège" in page

    lea.post(reverse("access_ask", args=[convention.pk]))
    lea.post(reverse("access_ask", args=[convention.pk]))
    deliver_due()

    assert AccessRequest.objects.count() == 1
    assert [message.to for message in mailoutbox] == [[cast["camille"].email]]
    assert lea.get(convention.get_absolute_url()).status_code == 404


def test_a_lead_lets_her_in_with_a_role(lea, agent, camille, convention, labege, url, mailoutbox):
    admission.ask_access(convention, labege, by=agent)
    asked = AccessRequest.objects.get()

    camille.post(url("convention:access_grant", asked.pk), {"role": Role.CONTRIBUTOR})
    deliver_due()

    assert lea.get(convention.get_absolute_url()).status_code == 200
    assert mailoutbox[-1].to == [agent.email]
    assert not AccessRequest.objects.exists()


def test_a_role_is_needed_to_let_in(agent, camille, convention, labege, url):
    admission.ask_access(convention, labege, by=agent)

    camille.post(url("convention:access_grant", AccessRequest.objects.get().pk), {"role": "roi"})

    assert not agent.memberships.exists()


def test_a_declined_request_tells_the_person(agent, camille, convention, labege, url, mailoutbox):
    admission.ask_access(convention, labege, by=agent)

    camille.post(url("convention:access_decline", AccessRequest.objects.get().pk))
    deliver_due()

    assert mailoutbox[-1].to == [agent.email]
    assert not agent.memberships.exists()


def test_nobody_asks_for_another_employer(lea, agent, convention, labege):
    elsewhere = make_convention("loin-2021-2025", epci=make_organization(), caf=convention.caf)
    other = make_commune("Auzielle", convention, siren="213100282")

    assert lea.post(reverse("access_ask", args=[elsewhere.pk])).status_code == 404
    with pytest.raises(ValidationError):
        admission.ask_access(convention, other, by=agent)


def test_without_proconnect_there_is_no_door(client_of, convention):
    noa = client_of("noa")

    assert noa.post(reverse("access_ask", args=[convention.pk])).status_code == 404
    assert "ProConnect" not in noa.get(reverse("conventions")).content.decode()
