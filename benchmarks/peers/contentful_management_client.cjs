// Read with Contentful's own JavaScript client, in pages of 1000.
// `node contentful_management_client.cjs URL FOLDER` reads every entry of every environment.
const fs = require("node:fs");
const path = require("node:path");
const { createClient } = require("contentful-management");

const PAGE = 1000;

async function* listed(getMany) {
  for (let skip = 0, total = 1; skip < total; ) {
    const page = await getMany({ skip, limit: PAGE });
    yield* page.items;
    total = page.total;
    skip += page.items.length || total;
  }
}

async function main([url, folder]) {
  const host = new URL(url).host;
  const client = createClient(
    { accessToken: process.env.CMA_TOKEN, host, insecure: true },
    { type: "plain" },
  );
  const records = fs.createWriteStream(path.join(folder, "records.tsv"));
  for await (const space of listed((query) => client.space.getMany({ query }))) {
    const spaceId = space.sys.id;
    const environments = listed((query) => client.environment.getMany({ spaceId, query }));
    for await (const { sys } of environments) {
      const place = { spaceId, environmentId: sys.id };
      for await (const entry of listed((query) => client.entry.getMany({ ...place, query }))) {
        const { id, version } = entry.sys;
        records.write(`entries\t${spaceId}\t${sys.id}\t${id}\t${version}\n`);
      }
    }
  }
  await new Promise((resolve) => records.end(resolve));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
