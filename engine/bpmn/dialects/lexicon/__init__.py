"""The whole vocabulary of the vendors we know, word by word: what it is, and what to write instead where we do not do it.

What is carried out stands in `mapped`; the rest in one table for each vendor, looked up here.
"""

from engine.bpmn.dialects.lexicon.entry import Entry
from engine.bpmn.dialects.lexicon.lookup import entry_of

__all__ = ["Entry", "entry_of"]
