#include "api/openapi.h"

#include <algorithm>

namespace anxiao::api {
namespace json = boost::json;
namespace {

json::object reference(const char* to) { return {{"$ref", to}}; }

json::object string_schema() { return {{"type", "string"}}; }

json::object problem_schema() {
  json::object properties;
  for (const char* name : {"type", "title", "detail", "key", "field", "clause", "trace"})
    properties[name] = string_schema();
  properties["status"] = {{"type", "integer"}};
  properties["wants"] = {{"type", "array"}, {"items", string_schema()}};
  properties["args"] = {{"type", "object"}};
  return {{"type", "object"},
          {"properties", properties},
          {"required", json::array{"type", "title", "status", "key"}}};
}

json::array parameters_of(const Route& route) {
  json::array out;
  std::string_view rest = route.pattern;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    auto end = rest.find('}', open);
    out.push_back({{"name", rest.substr(open + 1, end - open - 1)},
                   {"in", "path"},
                   {"required", true},
                   {"schema", string_schema()}});
    rest.remove_prefix(end + 1);
  }
  for (const auto& name : route.query)
    out.push_back({{"name", name}, {"in", "query"}, {"schema", string_schema()}});
  if (route.method == "PATCH")
    out.push_back({{"name", "If-Match"}, {"in", "header"}, {"schema", string_schema()}});
  return out;
}

// `GET /api/v1/loops/{loop}/matters` is get_loops_loop_matters.
std::string operation_id(const Route& route) {
  std::string out = route.method;
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  std::string_view path = route.pattern;
  if (path.starts_with("/api/v1")) path.remove_prefix(7);
  for (char c : path) {
    if (c == '{' || c == '}') continue;
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out.push_back(word ? c : '_');
  }
  return out;
}

bool is_unsafe(const Route& route) { return route.method != "GET" && route.method != "HEAD"; }

json::object responses_of(const Route& route) {
  json::object good{{"description", "Done."}};
  if (!route.answer.empty())
    good["content"] = {{"application/json", json::object{{"schema", route.answer}}}};
  json::object out{{is_unsafe(route) ? "2XX" : "200", good}};
  auto problem = [&](const char* status) {
    out[status] = reference("#/components/responses/Problem");
  };
  problem("400");
  if (route.access != Access::anyone) problem("401"), problem("403");
  if (route.pattern.find('{') != std::string::npos) problem("404");
  if (is_unsafe(route)) problem("409"), problem("413"), problem("422");
  if (route.method == "PATCH") problem("412");
  problem("default");
  return out;
}

}  // namespace

bool takes_bytes(const Route& route) {
  const auto* format = route.body.if_contains("format");
  return format && format->is_string() && format->get_string() == "binary";
}

json::object openapi(const std::vector<Route>& routes, const std::string& version) {
  json::object paths;
  for (const auto& route : routes) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    json::object operation{{"operationId", operation_id(route)}, {"summary", route.summary}};
    auto parameters = parameters_of(route);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (!route.body.empty()) {
      const char* type = takes_bytes(route) ? "*/*" : "application/json";
      operation["requestBody"] = {
          {"required", true},
          {"content", json::object{{type, json::object{{"schema", route.body}}}}}};
    }
    operation["responses"] = responses_of(route);
    if (route.access == Access::anyone) operation["security"] = json::array{};
    if (!route.grants.empty()) {
      json::array grants;
      for (const auto& grant : route.grants) grants.emplace_back(grant);
      operation["x-grants"] = std::move(grants);
    }
    auto& path = paths[route.pattern];
    if (!path.is_object()) path = json::object{};
    path.get_object()[method] = std::move(operation);
  }
  json::object schemes{
      {"session", json::object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "anxiao_session"}}},
      {"token", json::object{{"type", "http"}, {"scheme", "bearer"}}}};
  json::object problem{
      {"description", "Refused, or a fault; RFC 9457."},
      {"content",
       json::object{{"application/problem+json",
                     json::object{{"schema", reference("#/components/schemas/Problem")}}}}}};
  return {{"openapi", "3.1.0"},
          {"info", json::object{{"title", "Anxiao"}, {"version", version}}},
          {"paths", std::move(paths)},
          {"components", json::object{{"schemas", json::object{{"Problem", problem_schema()}}},
                                      {"responses", json::object{{"Problem", problem}}},
                                      {"securitySchemes", schemes}}},
          {"security", json::array{json::object{{"session", json::array{}}},
                                   json::object{{"token", json::array{}}}}}};
}

}  // namespace anxiao::api
