import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { STRANGER, type Identity } from './certificate';

/** Something on loopback that speaks for a vendor’s host, or stands in front of it. */
export interface Stop {
	port: number;
	/** Requests that it has understood, or tunnels that it was asked for. */
	requests: string[];
	close(): Promise<void>;
}

/** A host that speaks plain http. */
export async function plainHost(): Promise<Stop> {
	return await httpStop(createHttpServer());
}

/** A host that speaks https, with a certificate that nothing trusts, and hangs up on each request. */
export async function untrustedHost(): Promise<Stop> {
	return await httpStop(createHttpsServer(STRANGER));
}

/** Speaks https for a server on loopback that speaks plain http. */
export async function encrypted(port: number, identity: Identity): Promise<Stop> {
	const server = createTlsServer(identity, (socket) => {
		const target = connect(port, '127.0.0.1');
		socket.on('error', () => target.destroy());
		target.on('error', () => socket.destroy());
		socket.pipe(target).pipe(socket);
	});
	return await listening(server, []);
}

/** A host that does this with each connection. */
export async function rawHost(onConnection: (socket: Socket) => void): Promise<Stop> {
	return await listening(createServer(onConnection), []);
}

/** What a proxy does with a tunnel that it is asked for: an answer in its place, or `open`. */
export type TunnelAnswer = 'open' | 'hangUp' | { status: number; headers?: string; body?: string };

/** A proxy for https. */
export async function tunnelProxy(answer: () => TunnelAnswer): Promise<Stop> {
	const server = createHttpServer();
	const requests: string[] = [];
	server.on('connect', ({ url = '' }, socket: Socket) => {
		requests.push(url);
		socket.on('error', () => {});
		const given = answer();
		if (given === 'hangUp') return void socket.destroy();
		if (given !== 'open') {
			const { status, headers = '', body = '' } = given;
			return void socket.end(`HTTP/1.1 ${status} No\r\n${headers}\r\n${body}`);
		}
		const [host, port] = url.split(':');
		const target = connect(Number(port), host);
		target.on('error', () => socket.destroy());
		socket.write('HTTP/1.1 200 OK\r\n\r\n');
		socket.pipe(target).pipe(socket);
	});
	return await listening(server, requests);
}

async function httpStop(server: HttpServer): Promise<Stop> {
	const requests: string[] = [];
	server.on('request', (request) => {
		requests.push(`${request.method} ${request.url}`);
		request.socket.destroy();
	});
	return await listening(server, requests);
}

async function listening(server: Server, requests: string[]): Promise<Stop> {
	const sockets = new Set<Socket>();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => sockets.delete(socket));
	});
	server.on('tlsClientError', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		requests,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
