/** Matches the paths that a route takes, such as those of `/v1/paras/:id/votes`. */
export function pathPattern(route: string): RegExp {
  return new RegExp(`^${route.replaceAll('.', '\\.').replace(/:[^/]+/g, '[^/]+')}$`);
}
