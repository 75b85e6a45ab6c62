"""`python -m eval`: the same as `newsdesk eval`."""

import sys

from eval.cli import cli
from index.errors import BadInputError, NewsdeskError

try:
    cli(prog_name="python -m eval")
except NewsdeskError as error:
    print(f"newsdesk: {error}", file=sys.stderr)
    sys.exit(2 if isinstance(error, BadInputError) else 3)
