/** Names of files in archives: relative, downward, without surprises on any system. */

const MAX_LENGTH = 500;

/** The name itself; otherwise the refusal that `refuse` makes is thrown. Folders end in `/`. */
export function checkName(name: string, refuse: (reason: string) => Error): string {
  const shown = JSON.stringify(name.slice(0, 100));
  if (name.length === 0 || name.length > MAX_LENGTH) throw refuse(`the name ${shown} is empty or too long`);
  if (/[\\:\p{Cc}]/u.test(name)) throw refuse(`the name ${shown} has characters that paths do not have`);

  const segments = name.replace(/\/$/, '').split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw refuse(`the name ${shown} leaves its folder`);
  }
  return name;
}
