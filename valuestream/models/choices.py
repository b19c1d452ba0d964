"""The vocabulary as Django choices, under names the API's schema keeps."""

from valuestream.domain.vocabulary import BlockKind, Clock, WaitRule

BLOCK_KINDS = BlockKind.choices()
CLOCKS = Clock.choices()
WAIT_RULES = WaitRule.choices()
