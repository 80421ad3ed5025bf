"""What all tests share: a garbage collector that leaves the SDK alone."""

import gc

# Pulumi's modules leave a million objects behind: a collector that looks at them after every few
# hundred new ones takes a third of an evaluation's time.
gc.set_threshold(50_000, 20, 20)
