	'__Label__: value = my-new-secret',
