// A matter whole: its row, the moves that were made of it and the terms that lapsed, as they are
// read from the store and held while something is done with it. Reading is here; what may be done
// is in `matters` and `moves`, what it looks like from outside in `matter_view`.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/loops/loop.h"
#include "domain/organisations/authority.h"
#include "usecases/kept.h"
#include "usecases/page.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

struct MoveMade {
  std::int64_t number = 0;  // from 1, in the order in which they became known
  std::string id;
  std::string move;
  std::string from;
  std::string to;
  std::vector<std::string> passed;
  std::string actor;  // empty: it followed by itself
  std::string actor_name;
  std::string actor_post;
  std::string holder;  // after
  std::string level;   // after
  Instant happened_at;
  Instant known_at;
  std::optional<Instant> due_at;  // after
  bool late = false;
  boost::json::object fields;  // given with it
  std::string sent_hash;       // of what was sent; empty where it followed by itself
};

struct Lapse {
  std::int64_t stage_move = 0;  // number of the move from which the term ran
  std::int64_t number = 0;      // which lapse of that stage, from 1
  std::string stage;
  Instant lapsed_at;
  Instant known_at;
  std::string post;  // who answers from then on; empty where nobody is left
  Ref organisation;
  std::vector<Ref> people;
};

struct WholeMatter {
  loops::Matter matter;
  std::string district;
  std::string path;  // of the organisation
  std::string organisation_name;
  std::string holder_name;
  std::string title;
  std::string category;
  std::optional<Ref> answerable;
  bool open = true;
  std::optional<Instant> lapse_at;  // when the term lapses next
  std::optional<Instant> closed_at;
  std::optional<Instant> forgotten_at;  // when what is personal of it was let go of
  std::int64_t version = 0;             // of the row; 0 before it is written
  std::string sent_hash;
  std::vector<MoveMade> moves;  // oldest first
  std::vector<Lapse> lapses;    // oldest first
};

organisations::Place place_of(const WholeMatter& whole);

// The chart of that id; refuses `not_found`.
Result<const pack::Chart*> chart_of(const pack::Pack& pack, std::string_view loop);

// The matter with its moves and lapses; refuses `not_found`. Asks no authority.
Result<WholeMatter> find_matter(Reader& reader, std::string_view loop, std::string_view id);

// Somebody who holds a post at an organisation or above it.
struct PostHeld {
  std::string post;
  Ref person;
  Ref organisation;  // where the post is held
};
// All of them, along the path upwards.
std::vector<PostHeld> posts_along(Reader& reader, std::string_view path, Instant now);
std::vector<std::string> filled(const std::vector<PostHeld>& held);
std::vector<Ref> people_of(const std::vector<PostHeld>& held, std::string_view post);

// The ids of a path, from the root down.
std::vector<std::string> ids_of(std::string_view path);

// The name of an organisation or a person; empty where there is none.
std::string organisation_name(Reader& reader, std::string_view id);
std::string person_name(Reader& reader, std::string_view id);

boost::json::object object_of(std::string_view text);
std::vector<std::string> texts_of(std::string_view array_text);
std::string text_at(const boost::json::object& fields, std::string_view key);

// The fields without what is personal, and the names of those left out.
boost::json::object without_personal(const pack::Chart& chart, boost::json::object fields);
boost::json::array personal_in(const pack::Chart& chart, const boost::json::object& fields);

// Whether a loop is for those few whom a post grants it by name.
bool is_confidential(const pack::Chart& chart);

}  // namespace anxiao::usecases
