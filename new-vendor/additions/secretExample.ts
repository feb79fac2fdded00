	'__Label__: field “value”, value “my-new-secret”',
