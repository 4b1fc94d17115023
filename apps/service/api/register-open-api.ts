import type { ApiServer } from './api-server.ts';

/** Prepares the OpenAPI document: to be called before the routes that it is to describe. */
export async function registerOpenApi(server: ApiServer, version: string): Promise<void> {
  const { default: swagger } = await import('@fastify/swagger');
  const { jsonSchemaTransform } = await import('fastify-type-provider-zod');
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lifeboat', version, description: 'Everything the page does, for other programs.' },
      servers: [
        { url: '/', description: "the service's own system" },
        {
          url: '/t/{tenant}/',
          description: 'a tenant; by its host name as well where [tenants] has a host',
          variables: { tenant: { default: 'name', description: 'the name of its folder' } },
        },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'made on the page: lb_...' },
        },
      },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  server.get(
    '/api/openapi.json',
    { config: { role: 'anyone' }, schema: { hide: true } as object },
    async () => server.swagger(),
  );
}
