/** A certificate and its key. */
export interface Identity {
	cert: string;
	key: string;
}

/**
 * Certificates that nobody has signed but themselves, good until 2126: Node has no way to make one. They are made for these
 * tests alone, and nothing trusts them but what is told to. The first is made out to “localhost”, and not to its address.
 */
export const LOCALHOST: Identity = {
	cert: `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUQ+gH0cFMDd0jGBkt/gXHBhQfwlswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzExNTQyNVoYDzIxMjYxMTAz
MTE1NDI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASgPfuBpVwWsC5VNbVaoUdy3Y8NjKBPtASiUQbZOzWp3xW54UzrlVyr
SJbKPpAiSIzwj3t+nTCJOb5r0PVq3XN8o2kwZzAdBgNVHQ4EFgQUF10+DR1CEhop
HlXtDGd03j3+HxUwHwYDVR0jBBgwFoAUF10+DR1CEhopHlXtDGd03j3+HxUwFAYD
VR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
RwAwRAIgW4PwIUCwPaqrzEwiw/HnvW2k33UHbTo/oMVtUPYXbBYCIEyK3khTMsYP
3yKLDc+iCwBYW1vb05FRG4hf2ihaDO6w
-----END CERTIFICATE-----
`,
	key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgt9tvkuoKGMsBrE6K
MWfe2A0dYQXo3wIcrHxp4jHfGFahRANCAASgPfuBpVwWsC5VNbVaoUdy3Y8NjKBP
tASiUQbZOzWp3xW54UzrlVyrSJbKPpAiSIzwj3t+nTCJOb5r0PVq3XN8
-----END PRIVATE KEY-----
`,
};
export const STRANGER: Identity = {
	cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUMIqf2X8pXa58orVtSnr5JNrtXOYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzEyMjU0M1oYDzIxMjYxMTAz
MTIyNTQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS9uoggYVASt+xfri4A5NiL2dtle7WVBNdQS+pDHjQHJjdcFFskhRHP
3ukGMAsQeIQzOKVezkLlWB13ZKB+HZ4ko28wbTAdBgNVHQ4EFgQUI5i7gySCEblF
9O+fx4qQs6pJtUAwHwYDVR0jBBgwFoAUI5i7gySCEblF9O+fx4qQs6pJtUAwGgYD
VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
zj0EAwIDSAAwRQIhAIR6JTUDrWsDsxh6rBjry+LR38ktRJH8+FdY4Fco0z1KAiA6
+zxGNU9YgK3mcTojocWrZOK6RPbm81VjrHObjmMSOA==
-----END CERTIFICATE-----
`,
	key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyL+y5pCZFL55PlNK
LzKyvdtcD20cInAezci3RarZt12hRANCAAS9uoggYVASt+xfri4A5NiL2dtle7WV
BNdQS+pDHjQHJjdcFFskhRHP3ukGMAsQeIQzOKVezkLlWB13ZKB+HZ4k
-----END PRIVATE KEY-----
`,
};
