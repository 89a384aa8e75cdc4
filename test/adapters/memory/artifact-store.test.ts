import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { artifactStoreContract } from '#test/contracts/artifact-store.ts';

artifactStoreContract('memory', memoryArtifactStore);
