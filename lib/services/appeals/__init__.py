"""Appeals: residents write to an organisation, its staff answer them at the service desk.

Use cases of residents: ``resident_appeals`` (write, list, open), ``replies`` (reply, rate, reopen),
``files``. Use cases of staff: ``desk_queue``, ``desk_threads``, ``desk_answers``, ``desk_work``,
``desk_moves``, ``desk_batches``, ``incidents``, ``templates``. The worker calls ``notices``.
"""
