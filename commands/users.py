"""`user`: who may use the desk. The way back in, too, when the only administrator has lost his key."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from commands.front import Front
from commands.output import UnusableError, put_json, put_line, put_table
from commands.world import World, open_world
from storage import accounts
from storage.accounts import Role

group = typer.Typer(help="Who may use the desk.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="user")


@group.command("add")
def add(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="reader, analyst, lead or admin.")] = "analyst",
) -> None:
    """A one-time link by which somebody new makes an account."""
    front: Front = context.obj
    world = open_world(front)
    chosen = next((each for each in Role if each.label == role), None)
    if chosen is None:
        raise UnusableError(f"--role {role}: one of {', '.join(each.label for each in Role)}")
    _put_link(front, world, accounts.invite(world.store, chosen, getpass.getuser(), datetime.now(UTC)))


@group.command("renew")
def renew(context: typer.Context, name: str) -> None:
    """A one-time link by which somebody sets password and second factor anew."""
    front: Front = context.obj
    world = open_world(front)
    _put_link(front, world, accounts.invite(world.store, Role.READER, getpass.getuser(), datetime.now(UTC), user=name))


@group.command("disable")
def disable(context: typer.Context, name: str) -> None:
    """Let somebody in no more, and end his sessions; what he said stays."""
    front: Front = context.obj
    accounts.disable(open_world(front).store, name, datetime.now(UTC))
    put_json({"name": name, "disabled": True}) if front.json else put_line(f"{name} is disabled")


@group.command("list")
def list_users(context: typer.Context) -> None:
    """Every account."""
    front: Front = context.obj
    found = accounts.users(open_world(front).store)
    if front.json:
        for user in found:
            put_json(
                {"name": user.name, "role": user.role.label, "made_at": user.made_at, "disabled_at": user.disabled_at}
            )
        return
    rows = [(user.name, user.role.label, user.made_at, user.disabled_at or "active") for user in found]
    put_table(("name", "role", "made", "disabled"), rows, empty="no accounts: `vigifuite run` prints the first link")


def address(world: World) -> str:
    """Where people reach the desk."""
    desk = world.settings.desk
    return desk.public_url or f"http://{desk.host}:{desk.port}"


def first_link(world: World) -> str | None:
    """The one-time link that makes the first account; none where there is one."""
    token = accounts.invite_first(world.store, datetime.now(UTC))
    return f"{address(world)}/welcome/{token}" if token else None


def _put_link(front: Front, world: World, token: str) -> None:
    link = f"{address(world)}/welcome/{token}"
    put_json({"link": link}) if front.json else put_line(f"holds for two days, works once: {link}")
