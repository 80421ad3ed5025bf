"""What tests of the provider plugin share: its process, a small engine, and sequences of steps."""

import pytest

# Elsewhere than in a test file an assertion that fails would not say why.
