"""Two years of ledger for the invented force, one module for each department that would report it.

What happened to somebody follows from `Person.course`: most had steady years with little to tell, some were
overworked, careless, punished, ill or had sorrows at home. So few people have many events, as in life.
"""
