// Who may do what. `permission` knows four words, `role_name` the exact role: maintain shows as write, triage as read.
import { roleOf } from '../access.ts';
import { found, noContent, ok } from '../http.ts';
import type { Role } from '../model.ts';
import { repositoryRoute } from '../router.ts';
import { viewUser } from '../views/users.ts';

const PERMISSION: Readonly<Record<Role, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
};

export const collaboratorRoutes = [
  repositoryRoute<{ username: string }>(
    'GET /collaborators/{username}/permission',
    'metadata:read',
    ({ hub, repository, input }) => {
      const user = found(hub.users.get(input.username.toLowerCase()));
      const role = roleOf(repository, user.login);
      const permission = role ? PERMISSION[role] : 'none';
      const may = (...roles: Role[]) => role !== undefined && roles.includes(role);
      const permissions = {
        admin: may('admin'),
        maintain: may('admin', 'maintain'),
        push: may('admin', 'maintain', 'write'),
        triage: may('admin', 'maintain', 'write', 'triage'),
        pull: role !== undefined,
      };
      const role_name = role ?? 'none';
      return ok({ permission, role_name, user: { ...viewUser(hub, user), permissions, role_name } });
    },
  ),

  repositoryRoute<{ username: string }>(
    'GET /collaborators/{username}',
    'metadata:read',
    ({ repository, input }) => {
      const login = input.username.toLowerCase();
      found(
        repository.collaborators.get(login) ?? (repository.owner.login.toLowerCase() === login || undefined),
      );
      return noContent();
    },
  ),
];
