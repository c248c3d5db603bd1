// PostGraphile over the same tables, as the same login and the same role: what a caller sees is decided by the same policies.
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { pgSmartTags } from "postgraphile/utils";

const role = "pulsegraph_api";
const tables = ["organizations", "posts_core", "user_profiles", "latest_metrics"];

const tags = pgSmartTags([
  { kind: "class", match: (table) => !tables.includes(table.relname), tags: { behavior: "-*" } },
  { kind: "procedure", match: () => true, tags: { behavior: "-*" } },
  { kind: "class", match: "posts_core", tags: { name: "posts" } },
  { kind: "constraint", match: "posts_core.posts_core_organization_id_fkey", tags: { foreignSimpleFieldName: "posts" } },
  { kind: "constraint", match: "posts_core.posts_core_author_id_fkey", tags: { fieldName: "author" } },
  {
    kind: "class",
    match: "latest_metrics",
    tags: { foreignKey: "(organization_id, post_id) references public.posts_core (organization_id, id)|@foreignSimpleFieldName newestMetrics" },
  },
]);

export default {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  // Lists and not connections: no cursors have to be made.
  schema: { defaultBehavior: "-connection +list -insert -update -delete" },
  grafast: { explain: false },
  grafserv: { graphiql: false, websockets: false, watch: false, outputDataAsString: true },
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public", "bench"],
      // Left open, they would take pgbench's places.
      poolConfig: { max: Number(process.env.POOL), idleTimeoutMillis: 1000 },
      pubsub: false,
      pgSettingsForIntrospection: { role },
      // Whoever asks is taken for the viewer: no token is read, which is in its favour.
      pgSettings: () => ({ role, "app.user_id": process.env.VIEWER }),
    }),
  ],
};
