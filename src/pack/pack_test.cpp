// The real pack loads; each kind of damage to it is refused on the right line.

#include "pack/pack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <set>
#include <sstream>

#include "pack/cases.h"
#include "pack/grading.h"
#include "pack/trace.h"

namespace anxiao::pack {
namespace {

namespace fs = std::filesystem;

const fs::path kPack = fs::path(ANXIAO_SOURCE) / "pack" / "cq-2017-193";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// A copy of the real pack that may be damaged; gone with the object.
class Copy {
 public:
  Copy() {
    std::string name = (fs::temp_directory_path() / "anxiao-pack-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
    fs::copy(kPack, folder_, fs::copy_options::recursive);
  }
  ~Copy() { fs::remove_all(folder_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  const fs::path& folder() const { return folder_; }

  // Replaces the first `from` of the file by `to`; gives the line on which it stood.
  int alter(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = read(folder_ / file);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(file + " has no " + from);
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
    text.replace(at, from.size(), to);
    write(folder_ / file, text);
    return static_cast<int>(line);
  }

 private:
  fs::path folder_;
};

std::string all(const std::vector<Complaint>& complaints) {
  std::string text;
  for (const Complaint& complaint : complaints) text += complaint.text() + "\n";
  return text;
}

bool complains(const Loaded& loaded, const std::string& file, int line, const std::string& key) {
  return std::any_of(loaded.complaints.begin(), loaded.complaints.end(), [&](const Complaint& c) {
    return c.file == file && c.line == line && c.key == key && !c.what.empty() && !c.remedy.empty();
  });
}

TEST(Pack, LoadsWithoutComplaint) {
  const Loaded loaded = load(kPack);
  ASSERT_TRUE(loaded.pack) << all(loaded.complaints);
  EXPECT_TRUE(loaded.complaints.empty());
  EXPECT_EQ(loaded.pack->id, "cq-2017-193");
  EXPECT_EQ(loaded.pack->clauses.size(), 20u);
  EXPECT_EQ(loaded.pack->hash.size(), 64u);
  const Chart* hazard = loaded.pack->chart("hazard");
  ASSERT_TRUE(hazard);
  EXPECT_EQ(hazard->stage("treatment")->term_hours.at("red"), 168);
  EXPECT_EQ(hazard->stage("assessment")->term_hours.count("*"), 1u);
  EXPECT_EQ(hazard->field("category")->choices.size(), hazard->categories.size());
  EXPECT_TRUE(hazard->field("l"));
  EXPECT_EQ(hazard->assessments[0].thresholds.front().level, "red");
  EXPECT_EQ(hazard->assessments[0].thresholds.front().at_least, 320);
  const Duty* night = loaded.pack->duty("night_fire_patrol");
  ASSERT_TRUE(night);
  EXPECT_EQ(night->cycle, Cycle::night);
  EXPECT_EQ(night->times, loaded.pack->terms.at("patrol.night").value);
  EXPECT_EQ(night->at[1].where[0].assumed.at("boarding_middle"), "true");
  EXPECT_EQ(loaded.pack->duty("safety_education_day")->dates[0].nth, -1);
  EXPECT_EQ(loaded.pack->school_years.front().terms.back().id, "2024-S1");
}

TEST(Pack, MayDoWithoutGrades) {
  Copy copy;
  fs::remove(copy.folder() / "grades.yml");
  copy.alter("clauses/c07.yml", "held_by: [grades/schools, ", "held_by: [");
  copy.alter("clauses/c20.yml", ", grades/schools", "");
  copy.alter("clauses/c22.yml", ", grades/schools", "");
  const Loaded loaded = load(copy.folder());
  ASSERT_TRUE(loaded.pack) << all(loaded.complaints);
  EXPECT_FALSE(loaded.pack->grading);
}

TEST(Pack, GivesEveryWeightOfTheGradesByItsTerm) {
  const Loaded loaded = load(kPack);
  ASSERT_TRUE(loaded.pack && loaded.pack->grading) << all(loaded.complaints);
  const Grading& grading = *loaded.pack->grading;
  double most = 0;
  for (const GradePart& part : grading.parts) {
    most += part.most;
    EXPECT_EQ(part.most, loaded.pack->terms.at(part.most_term).value);
    for (const Weight& weight : part.weights) {
      const Weight* plain = part.weight(weight.what);
      ASSERT_TRUE(plain) << weight.what;
      EXPECT_EQ(plain->points, loaded.pack->terms.at(weight.term).value);
      EXPECT_GE(weight.points, plain->points);
    }
  }
  EXPECT_EQ(most, grading.most());
  EXPECT_FALSE(grading.grades.back().up_to);
  for (const Grade& grade : grading.grades) {
    EXPECT_GE(grade.inspect, 1) << grade.id;
    EXPECT_EQ(grading.grade(grade.id), &grade);
  }
}

TEST(Pack, HasTheSameHashUntilAByteChanges) {
  Copy copy;
  const Loaded before = load(copy.folder());
  ASSERT_TRUE(before.pack);
  EXPECT_EQ(before.pack->hash, load(kPack).pack->hash);
  copy.alter("pack.yml", "0.1.0", "0.1.1");
  const Loaded after = load(copy.folder());
  ASSERT_TRUE(after.pack);
  EXPECT_NE(before.pack->hash, after.pack->hash);
}

struct Damage {
  const char* what;
  const char* file;
  const char* from;
  const char* to;
  int lines_on;  // from the beginning of `from` to the line complained of
  const char* key;
  const char* on = nullptr;  // a text on the line complained of, where that is far away
};

// `from` is replaced by `to` in the first place where it stands.
const Damage kDamages[] = {
    {"an unknown key", "pack.yml", "zone:", "zome: x\nzone:", 0, "zome"},
    {"a missing key", "pack.yml", "version: 0.1.0\n", "", -1, "version"},
    {"a value that is a list", "pack.yml", "version: 0.1.0", "version: [1]", 0, "version"},
    {"a value that is empty", "pack.yml", "version: 0.1.0", "version: ''", 0, "version"},
    {"an unknown zone", "pack.yml", "Asia/Shanghai", "Asia/Nowhere", 0, "zone"},
    {"a missing language", "pack.yml", "  en: School", "  xx: School", -1, "title.en"},
    {"a key twice", "pack.yml", "zone:", "id: again\nzone:", 0, "id"},
    {"a duplicate kind", "kinds.yml", "id: district", "id: municipality", 0,
     "kinds.municipality.id"},
    {"an unknown parent kind", "kinds.yml", "under: [municipality]", "under: [nowhere]", 0,
     "kinds.district.under[0]"},
    {"an unknown column of imports", "kinds.yml", "division: [adcode", "divisions: [adcode", 0,
     "columns.divisions"},
    {"an id of another form", "kinds.yml", "id: department", "id: The Department", 0,
     "kinds.The Department.id"},
    {"a flag that is none", "kinds.yml", "is_school: true", "is_school: yes", 0,
     "kinds.kindergarten.is_school"},
    {"a duplicate term", "terms.yml", "id: inspection.week", "id: inspection.day", 0,
     "terms.inspection.day.id"},
    {"a number that is none", "terms.yml", "value: 1\n", "value: one\n", 0,
     "terms.inspection.day.value"},
    {"a term of others without a norm", "terms.yml", "    norm: 7-05\n", "", -3,
     "terms.hazard.lec.red.norm"},
    {"a norm of another form", "terms.yml", "norm: 7-02", "norm: seven", 0,
     "terms.inspection.day.norm"},
    {"a term without a basis", "terms.yml", "    basis: default\n", "", -4,
     "terms.inspection.day.basis"},
    {"an unknown basis", "terms.yml", "basis: default", "basis: hearsay", 0,
     "terms.inspection.day.basis"},
    {"an unknown unit", "terms.yml", "unit: count", "unit: moons", 0, "terms.inspection.day.unit"},
    {"a day that is none", "terms.yml", "since: 2017-12-27", "since: 2017-13-27", 0,
     "terms.inspection.day.since"},
    {"a day of another form", "terms.yml", "since: 2017-12-27", "since: 27.12.2017", 0,
     "terms.inspection.day.since"},
    {"an unknown kind of a post", "posts.yml", "at: [district]", "at: [village]", 0,
     "posts.district_safety_officer.at[0]"},
    {"an unknown noun", "posts.yml", "noun: pack", "noun: packs", 0, "posts.guard.grants[0].noun"},
    {"an unknown action", "posts.yml", "actions: [read, answer]", "actions: [read, reply]", 0,
     "posts.guard.grants[3].actions[1]"},
    {"an unknown reach", "posts.yml", "reach: own", "reach: all", 0, "posts.guard.grants[0].reach"},
    {"a duplicate post", "posts.yml", "id: principal", "id: guard", 0, "posts.guard.id"},
    {"a duplicate stage", "loops/hazard.yml", "id: registration, name", "id: warning, name", 0,
     "stages.warning.id"},
    {"a missing stage", "loops/hazard.yml", "  - id: acceptance\n", "  - id: approval\n", 0,
     "moves.mend_on_spot.to", "to: acceptance"},
    {"an unknown stage of a move", "loops/hazard.yml", "from: [reporting]", "from: [telling]", 0,
     "moves.report.from[0]"},
    {"an unknown post of a move", "loops/hazard.yml", "by: [district_safety_officer]\n",
     "by: [overseer]\n", 0, "moves.close.by[0]"},
    {"an unknown post that answers", "loops/hazard.yml", "answers: [safety_manager,",
     "answers: [nobody,", 0, "stages.inspection.answers[0]"},
    {"an unknown post that is told", "loops/hazard.yml", "blue: [safety_manager]", "blue: [nobody]",
     0, "tells.blue[0]"},
    {"an unknown level that is told", "loops/hazard.yml", "  blue: [safety_manager]",
     "  green: [safety_manager]", 0, "tells.green"},
    {"an unknown field of a move", "loops/hazard.yml", "fields: [title, place, category",
     "fields: [titel, place, category", 0, "moves.confirm.fields.titel"},
    {"an unknown field of a guard", "loops/hazard.yml", "of: [reason]", "of: [raisin]", 0,
     "moves.dismiss.guards[0].of[0]"},
    {"an unknown move of a guard", "loops/hazard.yml", "of: [accept]", "of: [except]", 0,
     "moves.close.guards[0].of[0]"},
    {"an unknown move that waives", "loops/hazard.yml", "unless: [mend_on_spot]", "unless: [mend]",
     0, "moves.finish_treatment.guards[1].unless[0]"},
    {"an unknown guard", "loops/hazard.yml", "kind: level_in", "kind: weather_is", 0,
     "moves.mend_on_spot.guards[0].kind"},
    {"an unknown field that names the holder", "loops/hazard.yml", "holder: department",
     "holder: ministry", 0, "moves.pass_on.holder"},
    {"a due day from a field that is none", "loops/hazard.yml", "due_from: deferral_until",
     "due_from: measures", 0, "moves.grant_deferral.due_from"},
    {"an unknown type", "loops/hazard.yml", "type: money", "type: gold", 0, "fields.funds.type"},
    {"an unknown term of a stage", "loops/hazard.yml", "term: hazard.inspect", "term: hazard.look",
     0, "stages.inspection.term"},
    {"an unknown term of a threshold", "loops/hazard.yml", "term: hazard.lec.red",
     "term: hazard.lec.black", 0, "assessments.lec.thresholds[0].term"},
    {"a stage without who answers", "loops/hazard.yml",
     "    answers: [safety_manager, principal, district_safety_officer]\n", "", -3,
     "stages.inspection.answers"},
    {"an unknown category of an item", "checklists/daily.yml", "category: fire", "category: fun", 0,
     "items.exits_clear.category"},
    {"an unknown level of an item", "checklists/daily.yml", "level: yellow", "level: green", 0,
     "items.exits_clear.level"},
    {"a duplicate item", "checklists/daily.yml", "id: windows_free", "id: exits_clear", 0,
     "items.exits_clear.id"},
    {"an item without the name of its hazard", "checklists/daily.yml", "wrong:", "wrongs:", -2,
     "items.exits_clear.wrong"},
    {"an item that asks for nothing known", "checklists/daily.yml", "    photo_wanted: true",
     "    asks: guesses", 0, "items.exits_clear.asks"},
    {"limits of what is no number", "checklists/daily.yml", "    photo_wanted: true", "    most: 3",
     0, "items.exits_clear.most"},
    {"choices where none is asked for", "checklists/daily.yml", "    photo_wanted: true",
     "    choices: [{id: a, name: {zh: 甲, en: A}}]", 0, "items.exits_clear.choices"},
    {"an item that is the same as nothing", "checklists/daily.yml", "    photo_wanted: true",
     "    same_as: weekly.nothing", 0, "items.exits_clear.same_as"},
    {"an unknown kind of a ledger", "ledgers/points.yml", "kinds: [kindergarten",
     "kinds: [playground", 0, "kinds[0]"},
    {"a title that is no field", "ledgers/points.yml", "title: name", "title: nickname", 0,
     "title"},
    {"an unknown noun of a ledger", "ledgers/visitors.yml", "noun: visitors", "noun: guests", 0,
     "noun"},
    {"a noun that is of no ledger", "ledgers/visitors.yml", "noun: visitors", "noun: matters", 0,
     "noun"},
    {"a term of keeping that there is not", "ledgers/visitors.yml", "keep: visitor.keep_days",
     "keep: visitor.stay_days", 0, "keep"},
    {"a term of keeping in other units", "ledgers/visitors.yml", "keep: visitor.keep_days",
     "keep: hazard.assess.red", 0, "keep"},
    {"a beginning of keeping that is no moment", "ledgers/visitors.yml",
     "keep_from: [left_at, came_at]", "keep_from: [left_at, people]", 0, "keep_from[1]"},
    {"what is personal and for everybody to read", "ledgers/visitors.yml", "noun: visitors\n", "",
     5, "fields.name.personal"},
    {"papers that are not personal", "ledgers/visitors.yml", "type: identity, personal: true",
     "type: identity", 0, "fields.papers.type"},
    {"papers as a title", "ledgers/visitors.yml", "title: name", "title: papers", 0, "title"},
    {"something personal of a loop", "loops/hazard.yml", "type: money",
     "type: money\n    personal: true", 1, "fields.funds.personal"},
    {"matters of a loop that there is not", "loops/supervision.yml", "type: matter, loop: hazard",
     "type: matter, loop: lost", 0, "fields.hazard.loop"},
    {"a title that is personal", "loops/bullying.yml", "{id: title, type: text,",
     "{id: title, type: text, personal: true,", 0, "fields.title.personal"},
    {"papers in a loop", "loops/hazard.yml", "type: money", "type: identity", 0,
     "fields.funds.type"},
    {"choices from nowhere", "ledgers/points.yml", "choices_from: checklists",
     "choices_from: nowhere", 0, "fields.checklists.choices_from"},
    {"a requirement of another clause", "clauses/c07.yml", "id: C07.2", "id: C08.2", 0,
     "requirements.C08.2.id"},
    {"a duplicate requirement", "clauses/c07.yml", "id: C07.2", "id: C07.1", 0,
     "requirements.C07.1.id"},
    {"an unknown status", "clauses/c07.yml", "status: automated", "status: done", 0,
     "requirements.C07.1.status"},
    {"held by what is not there", "clauses/c07.yml", "held_by: [loop/hazard]",
     "held_by: [loop/lost]", 0, "requirements.C07.1.held_by[0]"},
    {"a clause twice", "clauses/c08.yml", "number: 8", "number: 7", 0, "number"},
    {"text that is no YAML", "kinds.yml", "    under: [municipality]", "    under: [municipality",
     2, ""},
    {"a mapping where a list should be", "checklists/monthly.yml", "items:\n", "items: {}\nx:\n", 0,
     "items"},
    {"an unknown facet", "duties/fire.yml", "facet: boarding", "facet: bording", 0,
     "duties.night_fire_patrol.at[1].where[0].facet"},
    {"a value that a facet cannot have", "duties/fire.yml", "is: \"true\"", "is: \"yes\"", 0,
     "duties.night_fire_patrol.at[1].where[0].is"},
    {"a number asked of a flag", "duties/fire.yml", "is: \"true\"", "at_least: 5", 0,
     "duties.night_fire_patrol.at[1].where[0].at_least"},
    {"a condition that asks nothing", "duties/fire.yml", ", is: \"true\"", "", 0,
     "duties.night_fire_patrol.at[1].where[0].facet"},
    {"a facet without choices", "facets.yml", "type: choice\n", "type: flag\n", 1,
     "facets.ownership.choices"},
    {"an assumed value that is none", "facets.yml", "private_school: private,",
     "private_school: secret,", 0, "facets.ownership.assumed.private_school"},
    {"an assumed value of an unknown kind", "facets.yml", "boarding_middle: \"true\", special",
     "boarding: \"true\", special", 0, "facets.boarding.assumed.boarding"},
    {"a duplicate duty", "duties/fire.yml", "id: fire_check", "id: fire_patrol", 0,
     "duties.fire_patrol.id"},
    {"a duty that another file has", "duties/fire.yml", "id: fire_check", "id: bus_drill", 0,
     "duties.bus_drill.id"},
    {"an unknown post of a duty", "duties/fire.yml", "post: guard", "post: cook", 0,
     "duties.fire_patrol.post"},
    {"a post that nobody holds there", "duties/district.yml", "kinds: [district]",
     "kinds: [primary]", 0, "duties.guide_rules.at[0].kinds"},
    {"an unknown post when vacant", "duties/fire.yml", "[safety_manager, principal]",
     "[safety_manager, nobody]", 0, "duties.fire_patrol.when_vacant[1]"},
    {"a post that stands in for itself", "duties/fire.yml", "[safety_manager, principal]",
     "[guard, principal]", 0, "duties.fire_patrol.when_vacant"},
    {"an unknown kind of a duty", "duties/fire.yml", "kinds: [kindergarten, primary",
     "kinds: [playground, primary", 0, "duties.fire_patrol.at[0].kinds[0]"},
    {"an unknown cycle of a duty", "duties/fire.yml", "cycle: day", "cycle: fortnight", 0,
     "duties.fire_patrol.cycle"},
    {"a night without hours", "duties/fire.yml", "    window: {from: \"22:00\", to: \"06:00\"}\n",
     "", -9, "duties.night_fire_patrol.window"},
    {"a night that ends before midnight", "duties/fire.yml", "to: \"06:00\"", "to: \"23:00\"", 0,
     "duties.night_fire_patrol.window.to"},
    {"an hour that is none", "duties/fire.yml", "to: \"06:00\"", "to: \"6\"", 0,
     "duties.night_fire_patrol.window.to"},
    {"a window that ends before it begins", "duties/education.yml", "{from: -14, to: 13}",
     "{from: 14, to: 13}", 0, "duties.safety_plan.window.to"},
    {"an unknown event", "duties/education.yml", "event: term_start", "event: term_middle", 0,
     "duties.safety_plan.event"},
    {"a day of the year that is none", "duties/departments.yml", "month: 5, day: 12",
     "month: 2, day: 30", 0, "duties.weather_guidance.dates[0].day"},
    {"an unknown weekday", "duties/drills.yml", "weekday: monday", "weekday: moonday", 0,
     "duties.safety_education_day.dates[0].weekday"},
    {"an unknown term of a duty", "duties/fire.yml", "term: patrol.night", "term: patrol.dusk", 0,
     "duties.night_fire_patrol.term"},
    {"a term that rests on another norm", "duties/fire.yml", "norm: 7-14", "norm: 7-13", -5,
     "duties.night_fire_patrol.term"},
    {"a number given twice", "duties/fire.yml", "    term: patrol.night",
     "    times: 3\n    term: patrol.night", 0, "duties.night_fire_patrol.times"},
    {"a norm of another form of a duty", "duties/fire.yml", "norm: 7-26", "norm: 7.26", 0,
     "duties.lightning_test.norm"},
    {"a number of nobody", "duties/fire.yml", "    norm: 7-26\n", "", -10,
     "duties.lightning_test.norm"},
    {"parallel norms without the one that holds", "duties/drills.yml", "[4-03, 4-04,", "[4-03,", 0,
     "duties.evacuation_drill.strictest_of"},
    {"days that nobody counts", "duties/fire.yml", "days: all", "days: some", 0,
     "duties.fire_patrol.days"},
    {"too few days of a single day", "duties/fire.yml", "days: all\n",
     "days: all\n    least_days: 2\n", 1, "duties.fire_patrol.least_days"},
    {"months of a term", "duties/education.yml", "months: [4, 5", "months: [13, 5", 0,
     "duties.water_lesson.months[0]"},
    {"an unknown checklist of a duty", "duties/inspection.yml", "checklist: daily\n",
     "checklist: dayly\n", 0, "duties.daily_inspection.checklist"},
    {"an unknown checklist of a duty", "duties/inspection.yml", "checklist: daily\n",
     "checklist: nightly\n", 0, "duties.daily_inspection.checklist"},
    {"a roster of a week", "duties/inspection.yml", "    checklist: weekly\n",
     "    checklist: weekly\n    roster: true\n", 1, "duties.weekly_inspection.roster"},
    {"an unknown requirement of a duty", "duties/fire.yml", "requirement: C12.7",
     "requirement: C12.77", 0, "duties.night_fire_patrol.requirement"},
    {"a duty that ends before it begins", "duties/fire.yml", "    since: 2017-12-27\n",
     "    since: 2017-12-27\n    until: 2017-12-27\n", 1, "duties.fire_patrol.until"},
    {"a duty without a beginning", "duties/fire.yml", "    since: 2017-12-27\n", "", -13,
     "duties.fire_patrol.since"},
    {"a school year of another name", "calendar.yml", "id: 2024-2025", "id: 2024-2026", 0,
     "school_years.2024-2026.id"},
    {"a day between school years", "calendar.yml", "from: 2024-09-01", "from: 2024-09-02", 0,
     "school_years.2024-2025.from"},
    {"a term of another name", "calendar.yml", "id: 2024-S1", "id: 2024-A1", 0,
     "school_years.2023-2024.terms.2024-A1.id"},
    {"a term outside its school year", "calendar.yml", "to: 2024-07-05", "to: 2024-09-05", 0,
     "school_years.2023-2024.terms.2024-S1.from"},
    {"a term that ends before it begins", "calendar.yml", "to: 2024-07-05", "to: 2024-01-05", 0,
     "school_years.2023-2024.terms.2024-S1.to"},
    {"terms that overlap", "calendar.yml", "to: 2024-01-26", "to: 2024-02-26", 1,
     "school_years.2023-2024.terms.2024-S1.from"},
    {"a weight of what is not counted", "grades.yml", "{missing: grades.missing,",
     "{lost: grades.missing,", 0, "parts.standing.weights.lost"},
    {"a weight without its number", "grades.yml", "late: grades.late", "late: grades.slow", 0,
     "parts.standing.weights.late"},
    {"a weight in another unit", "grades.yml", "missing: grades.missing", "missing: grades.heavier",
     0, "parts.standing.weights.missing"},
    {"a loop that nobody has", "grades.yml", "    loop: hazard\n", "    loop: hazards\n", 0,
     "parts.hazards.loop"},
    {"an unknown kind of school", "grades.yml", "kinds: [kindergarten,", "kinds: [nursery,", 0,
     "kinds[0]"},
    {"a grade that ends before the one before", "grades.yml", "up_to: grades.up_to.b",
     "up_to: grades.up_to.a", 0, "grades.b.up_to"},
    {"a last grade that ends", "grades.yml", "sign: D, ", "sign: D, up_to: grades.up_to.c, ", 0,
     "grades.d.up_to"},
    {"a grade that nobody has", "grades.yml", "{grade: d, loop", "{grade: e, loop", 0,
     "not_better[0].grade"},
    {"a level that the loop has not", "grades.yml", "levels: [orange]", "levels: [violet]", 0,
     "not_better[1].levels[0]"},
    {"a stage that the loop has not", "grades.yml", "not_stages: [dismissed]",
     "not_stages: [forgotten]", 0, "parts.incidents.not_stages[0]"},
    {"a size by what is no number", "grades.yml", "facet: pupils", "facet: boarding", 0,
     "quiet.facet"},
    {"sizes in disorder", "grades.yml", "[grades.quiet.small, grades.quiet.middle]",
     "[grades.quiet.middle, grades.quiet.small]", 0, "quiet.bands[1]"},
    {"a clause that weighs more and is not there", "grades.yml", "clauses: [7,", "clauses: [77,", 0,
     "parts.standing.heavier.clauses[0]"},
    {"grades that the pack has not", "clauses/c07.yml", "held_by: [grades/schools,",
     "held_by: [grades/school,", 0, "requirements.C07.17.held_by[0]"},
    {"an unknown status of a school year", "calendar.yml", "status: expected", "status: likely", 0,
     "school_years.2023-2024.status"},
};

TEST(Pack, IsRefusedOnTheLineThatIsWrong) {
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(damage.what);
    Copy copy;
    int line = copy.alter(damage.file, damage.from, damage.to) + damage.lines_on;
    if (damage.on) line = copy.alter(damage.file, damage.on, damage.on);
    const Loaded loaded = load(copy.folder());
    EXPECT_FALSE(loaded.pack);
    EXPECT_TRUE(complains(loaded, damage.file, line, damage.key))
        << "wanted " << damage.file << ":" << line << ": " << damage.key << "\n"
        << all(loaded.complaints);
  }
}

TEST(Pack, NamesTheStageWhoseLevelHasNoTerm) {
  Copy copy;
  copy.alter("terms.yml", "id: hazard.treat.orange", "id: hazard.heal.orange");
  const Loaded loaded = load(copy.folder());
  ASSERT_EQ(loaded.complaints.size(), 1u) << all(loaded.complaints);
  EXPECT_EQ(loaded.complaints[0].file, "loops/hazard.yml");
  EXPECT_EQ(loaded.complaints[0].key, "stages.treatment.term");
  EXPECT_NE(loaded.complaints[0].remedy.find("hazard.treat.orange"), std::string::npos);
}

TEST(Pack, FindsEverythingThatIsWrongInOneLook) {
  Copy copy;
  copy.alter("pack.yml", "zone:", "zome: x\nzone:");
  copy.alter("terms.yml", "since: 2017-12-27", "since: 2017-13-27");
  copy.alter("loops/hazard.yml", "unless: [mend_on_spot]", "unless: [mend]");
  copy.alter("clauses/c07.yml", "status: later", "status: soon");
  const Loaded loaded = load(copy.folder());
  EXPECT_EQ(loaded.complaints.size(), 4u) << all(loaded.complaints);
}

TEST(Pack, WantsItsFilesAndNoStrangers) {
  Copy copy;
  fs::remove(copy.folder() / "posts.yml");
  write(copy.folder() / "loops" / "deep" / "x.yml", "id: x\n");
  write(copy.folder() / "notes.yaml", "a: b\n");
  const Loaded loaded = load(copy.folder());
  EXPECT_TRUE(complains(loaded, "posts.yml", 0, "")) << all(loaded.complaints);
  EXPECT_TRUE(complains(loaded, "loops/deep/x.yml", 0, "")) << all(loaded.complaints);
  EXPECT_TRUE(complains(loaded, "notes.yaml", 0, "")) << all(loaded.complaints);
}

TEST(Pack, IsRefusedAsTextOfAnotherEncoding) {
  Copy copy;
  write(copy.folder() / "pack.yml", "id: \xd6\xd0\n");
  EXPECT_TRUE(complains(load(copy.folder()), "pack.yml", 0, ""));
}

TEST(Pack, IsRefusedWhereAFileIsTooLarge) {
  Copy copy;
  write(copy.folder() / "kinds.yml", std::string(5 * 1024 * 1024, '#'));
  EXPECT_TRUE(complains(load(copy.folder()), "kinds.yml", 0, ""));
}

TEST(Pack, ThrowsWhereThereIsNoFolder) {
  EXPECT_THROW(static_cast<void>(load(kPack / "nowhere")), fs::filesystem_error);
}

TEST(Pack, IsTracedRequirementByRequirement) {
  const Loaded loaded = load(kPack);
  ASSERT_TRUE(loaded.pack);
  const CaseCounts counts = {{"C18.1", {.moves = 0, .holds = 2, .fails = 3}}};
  const std::string text = trace_in_lines(*loaded.pack, counts);
  EXPECT_NE(text.find("\nC18.1   automated ledger/policies  norms "), std::string::npos) << text;
  EXPECT_NE(text.find("  cases 2 kept, 3 not\n        1 of \"Insurance policies\" whose "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(": 125 requirements, "), std::string::npos) << text;
}

TEST(Pack, SaysWhatIsOddAboutIt) {
  const Loaded sound = load(kPack);
  EXPECT_TRUE(sound.warnings.empty()) << all(sound.warnings);
  Copy copy;
  const int limit = copy.alter("terms.yml", "id: burden.limit\n    value: 400",
                               "id: burden.limit\n    value: 300");
  const int field = copy.alter("ledgers/volunteers.yml", "{zh: 人数, en: People}}",
                               "{zh: 参加人数, en: People}}");
  const int check = copy.alter("clauses/c21.yml", "{kind: at_least, ledger: offices}",
                               "{kind: at_least, ledger: offices, wanted: 0}");
  const int nowhere = copy.alter("clauses/c18.yml", "{kind: at_least, ledger: funds}",
                                 "{kind: at_least, ledger: zones}");
  const Loaded odd = load(copy.folder());
  ASSERT_TRUE(odd.pack) << all(odd.complaints);
  const auto warns = [&](const std::string& file, int line, const std::string& key) {
    return std::any_of(odd.warnings.begin(), odd.warnings.end(), [&](const Complaint& each) {
      return each.file == file && each.line == line && each.key == key;
    });
  };
  EXPECT_TRUE(warns("terms.yml", limit, "burden.limit")) << all(odd.warnings);
  EXPECT_TRUE(warns("ledgers/volunteers.yml", field, "fields.people")) << all(odd.warnings);
  EXPECT_TRUE(warns("clauses/c21.yml", check, "requirements.C21.1.checks[0]")) << all(odd.warnings);
  EXPECT_TRUE(warns("clauses/c18.yml", nowhere, "requirements.C18.4.checks[0]"))
      << all(odd.warnings);
}

TEST(Pack, IsCoveredAsItsPageSays) {
  const Loaded loaded = load(kPack);
  ASSERT_TRUE(loaded.pack) << all(loaded.complaints);
  const auto cases = load_cases(kPack);
  ASSERT_TRUE(cases.complaints.empty()) << all(cases.complaints);
  const auto page = trace_in_markdown(*loaded.pack, count_by_requirement(cases));
  EXPECT_TRUE(page == read(fs::path(ANXIAO_SOURCE) / "docs" / "coverage.md"))
      << "docs/coverage.md is not what the pack holds; run\n"
         "  build/release/anxiao pack trace --format markdown > docs/coverage.md";
}

// The first column of a table with tabs, without its heading.
std::set<std::string> first_column(const fs::path& path) {
  std::istringstream lines(read(path));
  std::set<std::string> ids;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    if (!line.empty()) ids.insert(line.substr(0, line.find('\t')));
  }
  return ids;
}

std::set<std::string> norms_named(const Pack& pack) {
  std::set<std::string> norms;
  for (const auto& [id, term] : pack.terms) norms.insert(term.norm);
  for (const Checklist& list : pack.checklists) {
    for (const ChecklistItem& item : list.items) norms.insert(item.norm);
  }
  for (const Duty& duty : pack.duties) {
    if (!duty.norm.empty()) norms.insert(duty.norm);
    norms.insert(duty.strictest_of.begin(), duty.strictest_of.end());
  }
  for (const Clause& clause : pack.clauses) {
    for (const Requirement& requirement : clause.requirements) {
      norms.insert(requirement.norms.begin(), requirement.norms.end());
    }
  }
  norms.erase("");  // numbers that are ours alone
  return norms;
}

TEST(Pack, NamesEveryRequirementOfTheNoticeAndOnlyNormsThatExist) {
  const fs::path notice = fs::path(ANXIAO_SOURCE) / ".." / "shared" / "notice";
  if (!fs::exists(notice / "requirements.tsv")) {
    GTEST_SKIP() << "the tables of the notice are not beside the repository: " << notice;
  }
  const Loaded loaded = load(kPack);
  ASSERT_TRUE(loaded.pack);
  std::set<std::string> ours;
  for (const Clause& clause : loaded.pack->clauses) {
    for (const Requirement& requirement : clause.requirements) ours.insert(requirement.id);
  }
  EXPECT_EQ(ours, first_column(notice / "requirements.tsv"));
  const std::set<std::string> known = first_column(notice / "norms.tsv");
  for (const std::string& norm : norms_named(*loaded.pack)) {
    EXPECT_TRUE(known.count(norm)) << norm;
  }
}

}  // namespace
}  // namespace anxiao::pack
