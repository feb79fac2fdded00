/**
 * Settles as `work` does, or rejects when the signal is aborted first, so that nothing is waited for beyond a
 * deadline or a cancelled execution. The listener goes with the work: it would keep request, answer and socket in memory
 * until the deadline.
 */
export async function endedBy<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	let abort = () => {};
	const aborted = new Promise<never>((_resolve, reject) => {
		abort = () => reject(new Error('aborted'));
		if (signal.aborted) abort();
		else signal.addEventListener('abort', abort, { once: true });
	});
	try {
		return await Promise.race([work, aborted]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}
