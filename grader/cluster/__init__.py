"""Judge a class on many machines: the same batches as ``grader.collect`` judges here, sent to a Dask cluster."""
