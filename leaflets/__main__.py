"""`python -m leaflets` is the `leaflets` command."""

from leaflets.cli import main

main()
