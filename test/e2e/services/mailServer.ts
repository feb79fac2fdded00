import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Mail {
	from: string;
	to: string[];
	/** The message as it was sent, with its transfer encoding undone. */
	text: string;
}

/** A mail server on loopback that delivers to nobody and keeps what it is given. */
export class MailServer {
	readonly mails: Mail[] = [];
	private readonly sockets = new Set<Socket>();
	private readonly server = createServer((socket) => this.talk(socket));

	/** @param onMail told each mail as it comes */
	constructor(private readonly onMail: (mail: Mail) => void = () => undefined) {}

	/** Yields the port. */
	async listen(): Promise<number> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return (this.server.address() as AddressInfo).port;
	}

	async close(): Promise<void> {
		this.sockets.forEach((socket) => socket.destroy());
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	/** SMTP as far as a client without sign-in and encryption needs it. */
	private talk(socket: Socket): void {
		this.sockets.add(socket);
		socket.once('close', () => this.sockets.delete(socket));
		socket.on('error', () => socket.destroy());
		socket.setEncoding('utf8');
		const say = (line: string) => socket.write(`${line}\r\n`);
		let rest = '';
		let body: string[] | null = null;
		let mail: Mail = { from: '', to: [], text: '' };
		say('220 loopback');
		socket.on('data', (chunk: string) => {
			const lines = `${rest}${chunk}`.split('\r\n');
			rest = lines.pop() ?? '';
			for (const line of lines) {
				if (body !== null && line === '.') {
					const complete = { ...mail, text: decoded(body.join('\r\n')) };
					this.mails.push(complete);
					this.onMail(complete);
					body = null;
					say('250 kept');
				} else if (body !== null) body.push(line.replace(/^\.\./, '.'));
				else if (/^(EHLO|HELO)/i.test(line)) say('250 loopback');
				else if (/^MAIL FROM:/i.test(line)) {
					mail = { from: address(line), to: [], text: '' };
					say('250 ok');
				} else if (/^RCPT TO:/i.test(line)) {
					mail.to.push(address(line));
					say('250 ok');
				} else if (/^DATA/i.test(line)) {
					body = [];
					say('354 go on');
				} else if (/^QUIT/i.test(line)) {
					say('221 bye');
					socket.end();
				} else say('502 not known here');
			}
		});
	}
}

function address(line: string): string {
	return /<([^>]*)>/.exec(line)?.[1] ?? '';
}

/** The bodies of mails are sent in quoted-printable or in base64. */
function decoded(text: string): string {
	if (/^content-transfer-encoding: base64/im.test(text)) {
		const [head = '', ...rest] = text.split('\r\n\r\n');
		return `${head}\r\n\r\n${Buffer.from(rest.join(''), 'base64').toString('utf8')}`;
	}
	const bytes = text.replace(/=\r\n/g, '').replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}
