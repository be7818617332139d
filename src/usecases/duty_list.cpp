#include "usecases/duty_list.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "domain/organisations/selection.h"
#include "pack/asking.h"
#include "usecases/matter_rows.h"
#include "usecases/organisations.h"
#include "usecases/tables.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// The facet by which the pack tells departments from each other, and their kind.
constexpr const char* kOffice = "office";
constexpr std::string_view kDepartment = "department";

// An organisation as selectors choose it.
struct Chosen {
  Ref ref;
  std::string kind;
  json::object facets;
};

bool is_any(const std::vector<pack::Selector>& selectors, const Chosen& one) {
  return std::ranges::any_of(selectors, [&](const pack::Selector& selector) {
    return organisations::is_chosen(selector, one.kind, one.facets);
  });
}

bool names_office(const std::vector<pack::Selector>& selectors, const std::string& office) {
  return std::ranges::any_of(selectors, [&](const pack::Selector& selector) {
    return std::ranges::any_of(selector.where, [&](const pack::Condition& condition) {
      return condition.facet == kOffice && condition.compare == "is" && condition.value == office;
    });
  });
}

bool in_force(const pack::Duty& duty, Day day) {
  return duty.since <= day && (!duty.until || day < *duty.until);
}

// Whether no school and no department does it: then it is done for the whole district.
bool is_above_schools(const pack::Pack& pack, const pack::Duty& duty) {
  return std::ranges::none_of(duty.at, [&](const pack::Selector& selector) {
    return std::ranges::any_of(selector.kinds, [&](const std::string& id) {
      const auto* kind = pack.kind(id);
      return id == kDepartment || (kind && kind->is_school);
    });
  });
}

ListedDuty listed(const pack::Duty& duty) {
  return {.id = duty.id,
          .name = duty.name,
          .post = duty.post,
          .cycle = pack::word_of(duty.cycle),
          .event = duty.event,
          .times = duty.times,
          .requirement = duty.requirement,
          .norm = duty.norm,
          .basis = duty.basis};
}

ListedRequirement listed(const pack::Requirement& requirement, const std::string& post) {
  return {.id = requirement.id,
          .text = requirement.text,
          .post = post,
          .status = requirement.status,
          .norms = requirement.norms};
}

std::vector<const pack::Requirement*> all_requirements(const pack::Pack& pack) {
  std::vector<const pack::Requirement*> all;
  for (const auto& clause : pack.clauses)
    for (const auto& requirement : clause.requirements) all.push_back(&requirement);
  return all;
}

std::vector<Chosen> organisations_of(Reader& reader, const std::string& district, Instant now) {
  std::vector<Chosen> all;
  reader.query(
      "SELECT id, name, kind, facets FROM organisations WHERE district = $1"
      " AND kind IN ('department', 'district', 'municipality')"
      " AND (until IS NULL OR until > $2) ORDER BY name, id",
      {district, now.ms}, [&](const Row& row) {
        all.push_back({.ref = {std::string(row.text(0)), std::string(row.text(1))},
                       .kind = std::string(row.text(2)),
                       .facets = object_of(row.text(3))});
      });
  return all;
}

Result<OrganisationPlace> place_to_list(Reader& reader, const Office& office,
                                        const std::string& organisation) {
  TRY_LET(place, living_place(reader, organisation, office.now, "organisation"));
  TRY(organisations::may(office.pack, office.actor, "tasks", "read", place.place()));
  return std::move(place);
}

json::object facets_of(Reader& reader, const OrganisationPlace& place) {
  json::object facets;
  reader.query("SELECT facets FROM organisations WHERE district = $1 AND id = $2",
               {place.district, place.id},
               [&](const Row& row) { facets = object_of(row.text(0)); });
  return facets;
}

std::optional<OfficeName> office_of(const pack::Pack& pack, const json::object& facets) {
  const auto* facet = pack.facet(kOffice);
  if (!facet) return std::nullopt;
  const auto said = text_at(facets, kOffice);
  for (const auto& [id, name] : facet->choices)
    if (id == said) return OfficeName{.id = id, .name = name};
  return std::nullopt;
}

// The posts that the list names, each with who holds it at the organisation.
std::vector<ListedPost> posts_of(Reader& reader, const Office& office,
                                 const OrganisationPlace& place, const DutyList& list) {
  std::set<std::string> named;
  for (const auto& duty : list.duties) named.insert(duty.post);
  for (const auto& requirement : list.requirements) named.insert(requirement.post);
  const bool may_name =
      organisations::may(office.pack, office.actor, "people", "read", place.place()).has_value();
  std::vector<ListedPost> posts;
  for (const auto& post : office.pack.posts) {
    if (!named.contains(post.id)) continue;
    std::vector<Ref> people;
    reader.query(
        "SELECT DISTINCT p.id, p.name FROM postings t JOIN people p"
        " ON p.district = t.person_district AND p.id = t.person"
        " WHERE t.district = $1 AND t.organisation = $2 AND t.post = $3"
        " AND (t.until IS NULL OR t.until > $4) AND p.active = TRUE ORDER BY p.name, p.id",
        {place.district, place.id, post.id, office.now.ms}, [&](const Row& row) {
          people.push_back({std::string(row.text(0)), std::string(row.text(1))});
        });
    ListedPost line{.post = post.id, .name = post.name, .held = !people.empty(), .people = {}};
    if (may_name) line.people = std::move(people);
    posts.push_back(std::move(line));
  }
  return posts;
}

// --- files ---

const std::string& words_in(const pack::Words& words, std::string_view language) {
  return language == "en" ? words.en : words.zh;
}

std::string name_of_post(const pack::Pack& pack, const std::string& id, std::string_view language) {
  const auto* post = pack.post(id);
  return post ? words_in(post->name, language) : id;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : "; ") + text;
  return out;
}

// What the two files have in common: the columns of a duty and of a requirement.
const std::vector<std::string> kHeads = {"post",  "sort",        "id",   "name", "cycle",
                                         "times", "requirement", "norm", "basis"};

std::vector<std::string> cells_of(const pack::Pack& pack, const ListedDuty& duty,
                                  std::string_view language) {
  return {name_of_post(pack, duty.post, language),
          "duty",
          duty.id,
          words_in(duty.name, language),
          duty.cycle,
          std::to_string(duty.times),
          duty.requirement,
          duty.norm,
          duty.basis};
}

std::vector<std::string> cells_of(const pack::Pack& pack, const ListedRequirement& requirement,
                                  std::string_view language) {
  return {requirement.post.empty() ? std::string() : name_of_post(pack, requirement.post, language),
          "requirement",
          requirement.id,
          words_in(requirement.text, language),
          "",
          "",
          requirement.id,
          joined(requirement.norms),
          requirement.status};
}

std::string line_of(std::vector<std::string> first, std::vector<std::string> cells) {
  first.insert(first.end(), std::make_move_iterator(cells.begin()),
               std::make_move_iterator(cells.end()));
  return csv_line(first);
}

// Who holds the post, or whether somebody does.
std::string holders_of(const DutyList& list, const std::string& post) {
  for (const auto& line : list.posts) {
    if (line.post != post) continue;
    if (!line.people) return line.held ? "held" : "vacant";
    std::vector<std::string> names;
    for (const auto& person : *line.people) names.push_back(person.name);
    return names.empty() ? "vacant" : joined(names);
  }
  return {};
}

}  // namespace

Result<DutyList> read_duty_list(Reader& reader, const Office& office,
                                const std::string& organisation) {
  TRY_LET(place, place_to_list(reader, office, organisation));
  const Chosen here{
      .ref = {place.id, place.name}, .kind = place.kind, .facets = facets_of(reader, place)};
  const auto today = office.zone.day_of(office.now);
  DutyList list{.organisation = here.ref,
                .kind = here.kind,
                .office = office_of(office.pack, here.facets),
                .posts = {},
                .duties = {},
                .requirements = {},
                .as_of = office.zone.format(office.now)};
  for (const auto& duty : office.pack.duties)
    if (in_force(duty, today) && is_any(duty.at, here)) list.duties.push_back(listed(duty));
  for (const auto* requirement : all_requirements(office.pack))
    if (is_any(requirement->binds, here))
      list.requirements.push_back(
          listed(*requirement, pack::answers_at(office.pack, *requirement, here.kind)));
  list.posts = posts_of(reader, office, place, list);
  return list;
}

Result<DepartmentList> read_department_list(Reader& reader, const Office& office,
                                            const std::string& organisation) {
  TRY_LET(place, place_to_list(reader, office, organisation));
  const auto today = office.zone.day_of(office.now);
  const auto there = organisations_of(reader, place.district, office.now);
  DepartmentList list{
      .organisation = {place.id, place.name}, .items = {}, .as_of = office.zone.format(office.now)};
  const auto* facet = office.pack.facet(kOffice);
  if (!facet) return list;
  for (const auto& [id, name] : facet->choices) {
    DepartmentDuties item{
        .office = {.id = id, .name = name}, .organisations = {}, .duties = {}, .requirements = {}};
    std::set<std::string> district_s;
    // What is asked of everybody of that subject is the department's, whoever answers for it.
    for (const auto* requirement : all_requirements(office.pack)) {
      const bool bound = names_office(requirement->binds, id);
      if (!bound && requirement->subject != id) continue;
      const auto& answers = requirement->answers;
      item.requirements.push_back(listed(*requirement, answers.empty() ? "" : answers.front()));
      if (!bound) district_s.insert(requirement->id);
    }
    for (const auto& duty : office.pack.duties) {
      const bool is_its = names_office(duty.at, id) || (district_s.contains(duty.requirement) &&
                                                        is_above_schools(office.pack, duty));
      if (in_force(duty, today) && is_its) item.duties.push_back(listed(duty));
    }
    for (const auto& one : there)
      if (text_at(one.facets, kOffice) == id) item.organisations.push_back(one.ref);
    if (!item.requirements.empty() || !item.duties.empty() || !item.organisations.empty())
      list.items.push_back(std::move(item));
  }
  return list;
}

std::string as_csv(const pack::Pack& pack, const DutyList& list, std::string_view language) {
  std::string out(kCsvMark);
  out += line_of({"organisation", "held_by"}, kHeads);
  for (const auto& duty : list.duties)
    out += line_of({list.organisation.name, holders_of(list, duty.post)},
                   cells_of(pack, duty, language));
  for (const auto& requirement : list.requirements)
    out += line_of({list.organisation.name, holders_of(list, requirement.post)},
                   cells_of(pack, requirement, language));
  return out;
}

std::string as_csv(const pack::Pack& pack, const DepartmentList& list, std::string_view language) {
  std::string out(kCsvMark);
  out += line_of({"department", "organisations"}, kHeads);
  for (const auto& item : list.items) {
    std::vector<std::string> names;
    for (const auto& one : item.organisations) names.push_back(one.name);
    const std::vector<std::string> first = {words_in(item.office.name, language), joined(names)};
    for (const auto& duty : item.duties) out += line_of(first, cells_of(pack, duty, language));
    for (const auto& requirement : item.requirements)
      out += line_of(first, cells_of(pack, requirement, language));
  }
  return out;
}

}  // namespace anxiao::usecases
