"""`leaflets schema`."""

import click

from leaflets.cli import common
from leaflets.parse.shapes import SHAPES, json_schema


@click.command("schema", epilog="\b\nExample:\n  leaflets schema facts > facts.schema.json\n")
@click.argument("kind", type=click.Choice(list(SHAPES)))
def command(kind: str) -> int:
    """Print the JSON Schema of a KIND of file, so that an editor completes keys and marks mistakes.

    In an editor with the YAML language server, put this line on top of a file:

    \b
    # yaml-language-server: $schema=facts.schema.json
    """
    common.print_json(json_schema(kind))
    return 0
