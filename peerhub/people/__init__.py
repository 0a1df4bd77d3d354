"""People: who somebody is, once per programme, whatever roles they hold over time.

Written by recruitment (import, intake, application) and by people themselves; read by every stage.
Log-ins (User) stand beside it: a person may have one, most participants do not.
Every change of a state anywhere in the house is recorded here (StateChange), append-only.
Rows carry the number of their programme; the programme itself stands one storey higher.
"""
