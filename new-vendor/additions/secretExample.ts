	'<b>__Label__</b>: <code>value</code> = my-new-secret',
