// JSON to structures and back, by Boost.Describe: `read<T>` names the field that is wrong,
// `write` gives the value, `schema<T>` the JSON Schema (2020-12) of the same structure, from
// which OpenAPI is made. Optional members may be absent or null; an unknown key is refused.
//
//   struct Named { std::string id; std::optional<int> age; };
//   BOOST_DESCRIBE_STRUCT(Named, (), (id, age))

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace anxiao {

namespace json = boost::json;

namespace json_map {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_text_map : std::false_type {};
template <class T>
struct is_text_map<std::map<std::string, T>> : std::true_type {};

template <class T>
inline constexpr bool described_struct = boost::describe::has_describe_members<T>::value;
template <class T>
inline constexpr bool described_enum = boost::describe::has_describe_enumerators<T>::value;

inline Refusal wrong(const std::string& path, const char* expected) {
  return {.why = Why::malformed,
          .key = "body.malformed",
          .detail = (path.empty() ? std::string("the body") : path) + ": expected " + expected,
          .field = path,
          .args = {{"expected", expected}}};
}

inline std::string under(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

template <class T>
Result<T> read_at(const json::value& value, const std::string& path) {
  if constexpr (std::is_same_v<T, json::value>) {
    return value;
  } else if constexpr (std::is_same_v<T, json::object>) {
    if (!value.is_object()) return wrong(path, "an object");
    return value.get_object();
  } else if constexpr (std::is_same_v<T, json::array>) {
    if (!value.is_array()) return wrong(path, "an array");
    return value.get_array();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!value.is_string()) return wrong(path, "a string");
    return std::string(value.get_string());
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_bool()) return wrong(path, "true or false");
    return value.get_bool();
  } else if constexpr (std::is_integral_v<T>) {
    if (value.is_int64()) {
      auto number = value.get_int64();
      if (number >= std::int64_t(std::numeric_limits<T>::min()) &&
          (sizeof(T) == 8 || number <= std::int64_t(std::numeric_limits<T>::max())))
        return static_cast<T>(number);
    }
    return wrong(path, "an integer in range");
  } else if constexpr (std::is_floating_point_v<T>) {
    if (value.is_double() && std::isfinite(value.get_double()))
      return static_cast<T>(value.get_double());
    if (value.is_int64()) return static_cast<T>(value.get_int64());
    return wrong(path, "a number");
  } else if constexpr (is_optional<T>::value) {
    if (value.is_null()) return T{};
    auto inner = read_at<typename T::value_type>(value, path);
    if (!inner) return inner.error();
    return T(std::move(*inner));
  } else if constexpr (is_vector<T>::value) {
    if (!value.is_array()) return wrong(path, "an array");
    T out;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      auto inner = read_at<typename T::value_type>(value.get_array()[i],
                                                   path + "[" + std::to_string(i) + "]");
      if (!inner) return inner.error();
      out.push_back(std::move(*inner));
    }
    return out;
  } else if constexpr (is_text_map<T>::value) {
    if (!value.is_object()) return wrong(path, "an object");
    T out;
    for (const auto& entry : value.get_object()) {
      auto inner = read_at<typename T::mapped_type>(entry.value(), under(path, entry.key()));
      if (!inner) return inner.error();
      out.emplace(std::string(entry.key()), std::move(*inner));
    }
    return out;
  } else if constexpr (described_enum<T>) {
    if (value.is_string()) {
      T out{};
      if (boost::describe::enum_from_string(std::string(value.get_string()).c_str(), out))
        return out;
    }
    return wrong(path, "one of the listed words");
  } else {
    static_assert(described_struct<T>, "describe the structure with BOOST_DESCRIBE_STRUCT");
    if (!value.is_object()) return wrong(path, "an object");
    const auto& object = value.get_object();
    T out{};
    std::optional<Refusal> refusal;
    std::size_t known = 0;
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      if (refusal) return;
      using M = std::remove_reference_t<decltype(out.*member.pointer)>;
      const auto* found = object.if_contains(member.name);
      if (!found) {
        if constexpr (!is_optional<M>::value)
          refusal = Refusal{.why = Why::malformed,
                            .key = "body.required",
                            .detail = under(path, member.name) + ": is required",
                            .field = under(path, member.name)};
        return;
      }
      ++known;
      auto inner = read_at<M>(*found, under(path, member.name));
      if (!inner)
        refusal = inner.error();
      else
        out.*member.pointer = std::move(*inner);
    });
    if (refusal) return *refusal;
    if (known != object.size()) {
      for (const auto& entry : object) {
        bool found = false;
        boost::mp11::mp_for_each<Members>(
            [&](auto member) { found |= entry.key() == member.name; });
        if (!found)
          return Refusal{.why = Why::malformed,
                         .key = "body.unknown",
                         .detail = under(path, entry.key()) + ": is not known here",
                         .field = under(path, entry.key())};
      }
    }
    return out;
  }
}

}  // namespace json_map

template <class T>
Result<T> read(const json::value& value) {
  return json_map::read_at<T>(value, "");
}

// The text's structure; a text that is no JSON is refused as `body.not_json`.
template <class T>
Result<T> read_text(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  auto value = json::parse(text, error, {}, options);
  if (error)
    return Refusal{.why = Why::malformed,
                   .key = "body.not_json",
                   .detail = "the body is no JSON: " + error.message()};
  return read<T>(value);
}

template <class T>
json::value write(const T& in) {
  if constexpr (std::is_same_v<T, json::value> || std::is_same_v<T, json::object> ||
                std::is_same_v<T, json::array>) {
    return in;
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view> ||
                       std::is_arithmetic_v<T>) {
    return json::value(in);
  } else if constexpr (json_map::is_optional<T>::value) {
    return in ? write(*in) : json::value(nullptr);
  } else if constexpr (json_map::is_vector<T>::value) {
    json::array out;
    out.reserve(in.size());
    for (const auto& each : in) out.push_back(write(each));
    return out;
  } else if constexpr (json_map::is_text_map<T>::value) {
    json::object out;
    for (const auto& [key, each] : in) out[key] = write(each);
    return out;
  } else if constexpr (json_map::described_enum<T>) {
    return json::value(boost::describe::enum_to_string(in, ""));
  } else {
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    json::object out;
    out.reserve(boost::mp11::mp_size<Members>::value);
    // No two members have one name.
    boost::mp11::mp_for_each<Members>(
        [&](auto member) { out.emplace(member.name, write(in.*member.pointer)); });
    return out;
  }
}

// A JSON string in its quotes (RFC 8259, section 7), at the end of `out`.
void append_json_string(std::string& out, std::string_view text);

template <class T>
void append_text(std::string& out, const T& in) {
  if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    append_json_string(out, in);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += in ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, in).ptr;
    out.append(digits, end);
  } else if constexpr (json_map::is_optional<T>::value) {
    if (in)
      append_text(out, *in);
    else
      out += "null";
  } else if constexpr (json_map::is_vector<T>::value) {
    out += '[';
    bool first = true;
    for (const auto& each : in) {
      if (!first) out += ',';
      first = false;
      append_text(out, each);
    }
    out += ']';
  } else if constexpr (json_map::described_struct<T>) {
    out += '{';
    bool first = true;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) {
          if (!first) out += ',';
          first = false;
          out += '"';
          out += member.name;
          out += "\":";
          append_text(out, in.*member.pointer);
        });
    out += '}';
  } else {
    out += json::serialize(write(in));
  }
}

// JSON Schema of T, written out in place (no references).
template <class T>
json::object schema() {
  if constexpr (std::is_same_v<T, json::value>) {
    return {};
  } else if constexpr (std::is_same_v<T, json::object>) {
    return {{"type", "object"}};
  } else if constexpr (std::is_same_v<T, json::array>) {
    return {{"type", "array"}};
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    return {{"type", "string"}};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_integral_v<T>) {
    return {{"type", "integer"}};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {{"type", "number"}};
  } else if constexpr (json_map::is_optional<T>::value) {
    auto inner = schema<typename T::value_type>();
    if (inner.empty()) return inner;
    return {{"anyOf", json::array{inner, json::object{{"type", "null"}}}}};
  } else if constexpr (json_map::is_vector<T>::value) {
    return {{"type", "array"}, {"items", schema<typename T::value_type>()}};
  } else if constexpr (json_map::is_text_map<T>::value) {
    return {{"type", "object"}, {"additionalProperties", schema<typename T::mapped_type>()}};
  } else if constexpr (json_map::described_enum<T>) {
    json::array words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto each) { words.push_back(json::value(each.name)); });
    return {{"type", "string"}, {"enum", words}};
  } else {
    json::object properties;
    json::array required;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) {
          using M = std::remove_reference_t<decltype(std::declval<T&>().*member.pointer)>;
          properties[member.name] = schema<M>();
          if constexpr (!json_map::is_optional<M>::value)
            required.push_back(json::value(member.name));
        });
    json::object out{
        {"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
    if (!required.empty()) out["required"] = required;
    return out;
  }
}

}  // namespace anxiao
