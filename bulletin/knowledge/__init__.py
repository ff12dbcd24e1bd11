"""From what articles say to what is known.

recording   what was read of an article → its facts; an editor's word stands
linking     which tellings may be, and which are, of one policy
deriving    a policy's rows, drawn from its tellings
doubts      what an editor should look at
curation    an editor's decisions, each of which can be undone
rereading   reading stored articles again, to see what would change

Whatever the order in which issues are stored, the same facts give the same policies: a policy's rows are
never added to, they are drawn anew from all its tellings.
"""
