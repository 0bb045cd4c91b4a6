"""Judge a class on many machines: the same parcels as ``grader.collect`` judges here, sent to a Dask cluster."""
