"""The index engine: plain Python and numpy, no Django.

    model = document.loads(text)                                # checked; names every fault by its path
    rows = ledger.LedgerRows.from_tuples(raw, model.fields)     # raw: ledger.RAW_COLUMNS; kinds: model.kinds
    batch = events.read_batch(model, rows, officers, as_of)     # what was known on that day
    result = score.score(model, batch, contexts=..., coverage=..., previous=...)
    one = lines.explain(model, batch.of_officer(i), ...)        # lines that sum exactly to result
    due = tiers.moves(model, standing=..., computed=result.tiers.tier, index=..., low_runs=...)

Officers are rows 0..n-1 of a shard, days integers since 1970-01-01, points integers of hundredths
(docs/adr/0003-points-are-integers.md).
"""
