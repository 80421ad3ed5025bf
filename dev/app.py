"""The commands around the emulated AWS, and the options that they take.

What a command needs is imported when it is called: Pulumi and moto take two seconds to load.
"""

from importlib import import_module
from typing import Annotated, NoReturn

import typer

from dev.isolation import isolate
from dev.stopping import STOPPER
from lib.names import suffix_problems

app = typer.Typer(
    help="AWS on this machine: no account is needed, and none is ever used.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_FLAGS = {"": False, "0": False, "1": True}

Suffix = Annotated[str, typer.Option(envvar="SUFFIX", help="The environment, such as pr7.")]
Keep = Annotated[str, typer.Option(envvar="KEEP", help="1 leaves it up until Ctrl-C.")]
Verbose = Annotated[str, typer.Option(envvar="VERBOSE", help="1 tells of each resource.")]
Image = Annotated[str, typer.Option(envvar="IMAGE", help="The tag of an image: v1, v2, broken.")]
Folder = Annotated[str, typer.Option("--app", envvar="APP", help="The application's folder.")]
Command = Annotated[str, typer.Option(envvar="COMMAND", help="What starts the application.")]
WithDataPlane = Annotated[
    str, typer.Option("--data-plane", envvar="DATA_PLANE", help="1 has tasks run, and all else.")
]
Port = Annotated[str, typer.Option(envvar="PORT", help="0 takes a free one.")]


@app.command()
def local(suffix: Suffix = "dev", keep: Keep = "", verbose: Verbose = "") -> None:
    """Make, check and remove an environment."""
    flags = _flag("KEEP", keep), _flag("VERBOSE", verbose)
    _run("local", "run_local", _suffix(suffix), *flags)


@app.command("local-deploy")
def local_deploy(suffix: Suffix = "dev", image: Image = "") -> None:
    """Deploy an image to an environment that is kept up."""
    checked = _suffix(suffix)
    if not image:
        _refuse(f"IMAGE is missing; say which: make local-deploy IMAGE=v2 SUFFIX={checked}")
    _run("local", "run_local_deploy", checked, image)


@app.command()
def dev(
    suffix: Suffix = "dev", folder: Folder = "", command: Command = "", port: Port = "8080"
) -> None:
    """Run an application of your own, anew when its code changes."""
    number = _number("PORT", port, 65_535)
    _run("application", "run_application", _suffix(suffix), folder, command, number)


@app.command()
def bench() -> None:
    """Measure the program, and making what it asks for."""
    _run("bench", "run_bench")


@app.command()
def docs() -> None:
    """Write docs/output.md and docs/json.md anew."""
    _run("transcripts", "write_transcripts")


@app.command()
def serve(port: Port = "5001", data_plane: WithDataPlane = "") -> None:
    """Run an emulated AWS until Ctrl-C."""
    number = _number("PORT", port, 65_535)
    _run("serve", "run_server", number, _flag("DATA_PLANE", data_plane))


@app.command()
def engine(suffix: Suffix = "dev", keep: Keep = "") -> None:
    """The same with the real Pulumi engine."""
    _run("engine", "run_engine", _suffix(suffix), _flag("KEEP", keep))


def _operate(context: typer.Context, port: Port = "5001") -> None:
    """Do to an environment in the emulated AWS of `serve` what the command is named after."""
    _run("emulated", "run_emulated", str(context.info_name), _number("PORT", port, 65_535))


for _name in ("doctor", "preview", "up", "verify", "show", "destroy", "leftovers", "sweep"):
    app.command(_name)(_operate)


def _suffix(text: str) -> str:
    for problem in suffix_problems(text, "SUFFIX"):
        _refuse(problem)
    return text


def _flag(name: str, text: str) -> bool:
    if text not in _FLAGS:
        _refuse(f"{name} is {text!r}; allowed: 1 for yes, 0 or nothing for no")
    return _FLAGS[text]


def _number(name: str, text: str, most: int) -> int:
    fits = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not (fits and int(text) <= most):
        _refuse(f"{name} is {text!r}; allowed: a number from 0 to {most}")
    return int(text)


def _refuse(problem: str) -> NoReturn:
    typer.echo(problem, err=True)
    raise typer.Exit(2)


def _run(module: str, function: str, *arguments: object) -> NoReturn:
    # Before anything is loaded: moto looks for the profile that AWS_PROFILE names.
    isolate()
    code = getattr(import_module(f"dev.{module}"), function)(*arguments)
    STOPPER.leave(code)
