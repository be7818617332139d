// The first rows of a new city: the invented district of config/demo.json with its schools and
// people, or an empty city with one administrator. Everything in one transaction, so that a start
// that was cut short leaves nothing behind.

#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/organisations/authority.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::app {

// Somebody whose one-time password is printed, once.
struct Shown {
  std::string login;
  std::string password;
  std::string name;
  std::string post;  // in the pack's words
  std::string organisation;
};

inline constexpr const char* kDemoFile = "config/demo.json";

// Who acts on the command line: an administrator of the whole city; nobody where there is no city.
std::optional<organisations::Actor> city_actor(usecases::Store& store);
// The living organisation of that kind and name; nothing where there is none or more than one.
std::optional<std::string> organisation_named(usecases::Store& store, std::string_view kind,
                                              const std::string& name);

// Whether there is no organisation at all yet.
bool is_empty(usecases::Store& store);

// `file` is config/demo.json, whose days are counted from `today`, if absent the day of `now`.
// Refuses what a use case refuses, with the key of the row in `field`.
Result<std::vector<Shown>> make_demo(usecases::Store& store, const pack::Pack& pack,
                                     const Zone& zone, Instant now,
                                     const std::filesystem::path& file,
                                     std::optional<Day> today = {});

// Refuses `city.there` where there is one already.
Result<std::vector<Shown>> make_city(usecases::Store& store, const pack::Pack& pack,
                                     const Zone& zone, Instant now, const std::string& name,
                                     const std::string& code, const std::string& login);

}  // namespace anxiao::app
