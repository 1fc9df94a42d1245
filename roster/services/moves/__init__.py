"""Moves of people: ordered with one document, carried out on their day, cancelled, undone, ended.

`ordering` takes an order, `carrying` carries it out for one officer (career fact, ledger entry, audit event, accounts:
one transaction), `facts` knows what each kind writes, `undoing` takes it back as a correction, `secondments` are
prolonged and end by themselves.
"""
