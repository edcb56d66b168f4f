"""Print what the finder gets right: ``PYTHONPATH=scripts:tests python -m finder``."""

import sys

from errorkb.catalog import load
from errorkb.paths import ERRORS
from finder.measurement import measure_all

shares = measure_all(load(ERRORS))
print("\n".join(share.render() for share in shares))
sys.exit(not all(share.holds for share in shares))
