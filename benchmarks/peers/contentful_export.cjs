// Read with contentful-export, which writes one file for each environment.
// `node contentful_export.cjs URL FOLDER` exports the content of every environment.  The client
// that contentful-export includes lists the environments.
const { createRequire } = require("node:module");
const contentfulExport = require("contentful-export");

const { createClient } = createRequire(require.resolve("contentful-export"))(
  "contentful-management",
);

async function main([url, folder]) {
  const connection = { host: new URL(url).host, insecure: true };
  const client = createClient(
    { accessToken: process.env.CMA_TOKEN, ...connection },
    { type: "plain" },
  );
  for (const space of (await client.space.getMany({ query: { limit: 100 } })).items) {
    const spaceId = space.sys.id;
    for (const environment of (await client.environment.getMany({ spaceId })).items) {
      const environmentId = environment.sys.id;
      await contentfulExport({
        ...connection,
        spaceId,
        environmentId,
        managementToken: process.env.CMA_TOKEN,
        contentOnly: true,
        includeDrafts: true,
        includeArchived: true,
        exportDir: folder,
        contentFile: `export-${spaceId}-${environmentId}.json`,
        useVerboseRenderer: true,
      });
    }
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
