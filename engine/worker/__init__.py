"""What happens by itself: clocks strike, timers fire, effects are carried out, chores are seen to.

`clockwork`: what is due in a case; claimed, applied and gone in one transaction, so any number of workers may run and
any of them may die at any moment. `effects`: what reaches outside or takes long; leased, carried out and settled, at
least once. `chores`: what is looked after every so often. A new kind of either is one function in a file of its own
and one line in `effects.KINDS` or `chores.CHORES`.
"""

from engine.worker.chores import make_checkpoint, watch_pilots
from engine.worker.forgetting import forget_in_time
from engine.worker.loop import Worker, next_instant, run_once

__all__ = ["Worker", "forget_in_time", "make_checkpoint", "next_instant", "run_once", "watch_pilots"]
