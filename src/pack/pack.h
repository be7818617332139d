// A pack is a notice as data: its clauses, posts, kinds of organisation, ledgers, checklists,
// loops and numbers. It is read once from a folder of YAML, checked whole, and never changed; a
// server that is told to read again keeps the old pack when the new one is refused.
//
// Nothing here knows a clause, a number or a Chinese word: those are in the folder.

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pack/check.h"

namespace anxiao::pack {

// What a person reads, in both languages. Both are always present.
struct Words {
  std::string zh;
  std::string en;
};

// A number of the notice or of a norm: dated, with the norm it comes from and whether the number
// is the law's (`law`), reported by others (`reported`) or ours to set (`default`).
struct Term {
  std::string id;  // `hazard.assess.red`
  double value = 0;
  std::string unit;   // hours, days, workdays, metres, score, percent, count
  std::string norm;   // `7-07`
  std::string basis;  // law | reported | default
  Words words;
  std::string since;  // day
  std::optional<std::string> until;
};

// A kind of organisation: municipality, district, department, kindergarten, …
struct Kind {
  std::string id;
  Words name;
  bool is_school = false;
  bool findable = false;           // whoever holds a post in the same district, or above or below
                                   // it, may find one by name: to pass a matter to an office
  std::vector<std::string> under;  // kinds that may be its parent
  std::vector<std::string> marks;  // endings and words by which an import guesses the kind
  std::vector<std::string> categories;  // 学校标识码 categories
};

// What a post grants: actions on a noun, and how far: `own` (the organisation of the posting),
// `subtree` (and everything under it), `held` (matters its organisation holds), `self` (things of
// the person).
struct Grant {
  std::string noun;
  std::vector<std::string> actions;
  std::string reach;
};

struct Post {
  std::string id;
  Words name;
  std::vector<std::string> at;  // kinds of organisation
  std::vector<Grant> grants;
};

// A field of a ledger row, of a matter or of an answer.
struct Field {
  std::string id;
  Words name;
  Words hint;             // may be empty
  std::string type;       // text, long_text, day, moment, money, integer, number, choice, photos,
                          // person, organisation, flag, factor, identity (of a person's papers:
                          // kept as a keyed hash and its last four characters), matter (another
                          // matter of `loop`)
  bool personal = false;  // of somebody outside the staff: never in the journal, gone with its row
  bool required = false;  // of a move: to be given with it, whatever is on record
  // Type choice; for factor the value is the number. A text with choices holds some of them,
  // separated by commas.
  std::vector<std::pair<std::string, Words>> choices;
  std::optional<double> least, most;
  Words why;                       // why it is wanted, shown when it is missing
  std::vector<std::string> kinds;  // type organisation: the kinds it may be; empty: any
  std::string loop;                // type matter
};

// What a row must say before it is taken: where every condition of `when` holds (always, where
// there are none), every one of `must` does.
struct RowGuard {
  std::vector<RowCondition> when, must;
  Words why;           // said to whoever is refused: the rule and the remedy
  std::string clause;  // requirement id
};

struct Ledger {
  std::string id;
  Words name;
  std::vector<Field> fields;
  std::vector<std::string> kinds;  // kinds of organisation that keep it
  std::string title;               // the field that names a row
  std::string noun = "rows";       // what a post must be granted to read or keep it
  std::string keep;                // the Term, in days, after which an ended row is forgotten;
                                   // empty: rows stay
  // Fields of type moment; the first that is given begins the term instead of the end of the row.
  std::vector<std::string> keep_from;
  std::vector<RowGuard> guards;
};

// What an item asks for. `state`: in order, not in order, not applicable. `numbers`: one for each of
// several named things, as the seconds each building took to clear. `moment`: an hour of the day.
enum class Asks { state, number, numbers, choice, photo, text, moment };

struct ItemChoice {
  std::string id;
  Words name;
  bool wrong = false;
};

struct ChecklistItem {
  std::string id;
  Words text;                 // what is in order when all is well; of other types, the question
  Words wrong;                // what it is called when it is not: its hazard's title
  std::string norm;           // `7-20`
  std::string category;       // of the hazard a bad answer opens; empty: it opens none
  std::string level;          // its preliminary level
  bool photo_wanted = false;  // when the answer is bad
  Asks asks = Asks::state;
  bool required = true;
  // Of numbers: outside of these is not in order. A term gives one where it is named.
  std::optional<double> least, most;
  std::string least_term, most_term;
  Words unit;                       // of numbers
  std::vector<ItemChoice> choices;  // of a choice
  // `checklist.item`: an answer in order to that one on the same day, anywhere in the school, is
  // an answer to this one, and nobody is asked twice.
  std::string same_as;
};

// What is looked at when a duty is done. Which duty, how often and by whom is said there; several
// may share one.
struct Checklist {
  std::string id;
  Words name;
  std::string requirement;  // `C07.13`
  std::vector<ChecklistItem> items;
};

// A way to find the level: each factor is chosen, the product looked up from the highest
// threshold downwards.
struct Assessment {
  std::string id;  // lec, matrix
  Words name;
  std::vector<Field> factors;  // type factor
  std::string result;          // the field that keeps the product: `d`, `r`
  struct Threshold {
    std::string term;     // the Term whose value is the least product of the level
    double at_least = 0;  // copied from the term
    std::string level;
  };
  std::vector<Threshold> thresholds;
};

struct Level {
  std::string id;  // red, orange, yellow, blue: highest first
  Words name;
  std::string sign;  // a mark that needs no colour
};

// What must hold before a move is made. Exactly one kind is set.
struct Guard {
  std::string kind;                 // fields | differs_from | level_in | post_of | approval | told
                                    // | settled: the matter that a field of `of` names has ended
  std::vector<std::string> of;      // fields; moves; levels; posts …
  std::vector<std::string> unless;  // fields guard: moves after which it is waived
  Words why;
  std::string clause;  // requirement id, `C07.14`
};

struct Stage {
  std::string id;
  Words name;
  bool end = false;
  std::string term;  // prefix of a term: `hazard.assess`; the level is appended
  // level → hours; the entry `*` is for every level without an entry of its own, and for a matter
  // whose level is not known yet. Empty for a stage that is only ever passed.
  std::map<std::string, double> term_hours;
  std::map<std::string, Term> terms;      // the same, whole
  std::vector<std::string> answers;       // posts that answer, in the order of escalation
  std::vector<std::string> answers_held;  // the same while another organisation holds the matter
};

struct Move {
  std::string id;
  Words name;
  std::vector<std::string> from;  // empty: the move opens a matter
  std::string to;
  std::vector<std::string> passes;  // stages this move completes besides the one it leaves
  std::vector<std::string> by;      // posts; `system` for what follows by itself
  std::vector<Field> fields;        // what may be given with the move
  std::vector<Guard> guards;
  bool assesses = false;   // an assessment's factors come with it and set the level
  bool automatic = false;  // follows by itself as soon as its guards are met
  std::string holder;  // "", "organisation" (back to the owner), or the field naming the new holder
  std::string due_from;             // a field whose day becomes the new due time (deferral)
  std::vector<std::string> clears;  // fields that are emptied after
  bool forward = true;              // false for a record or a return: shown apart from the main way
};

struct Chart {
  std::string id;  // hazard
  Words name;
  std::string clause;  // C07
  std::string noun = "matters";    // what a post must be granted to read, open and move its matters
  std::vector<std::string> kinds;  // of organisations that its matters are about; empty: all
  std::string keep;  // the Term, in days after its end, when what is personal of a matter is
                     // forgotten; empty: nothing is personal
  std::vector<Level> levels;
  std::vector<Stage> stages;  // in order
  std::vector<Move> moves;
  std::vector<Assessment> assessments;
  std::vector<Field> fields;                              // every field a matter may hold, by id
  std::map<std::string, std::vector<std::string>> tells;  // level → posts that must know
  std::vector<std::string> categories;                    // ids; their words in `category_words`
  std::map<std::string, Words> category_words;
  std::vector<std::string> listed_levels;  // levels listed for supervision

  const Stage* stage(const std::string& id) const;
  const Move* move(const std::string& id) const;
  const Field* field(const std::string& id) const;
  const Level* level(const std::string& id) const;
};

struct Requirement {
  std::string id;  // C07.14
  Words text;
  std::string subject;
  std::vector<Selector> binds;       // whom; any of these
  std::vector<Check> checks;         // what decides it
  std::vector<std::string> answers;  // posts; the first that may be held at an organisation
                                     // answers for it there
  std::string status;                // automated | attested | later
  std::vector<std::string> held_by;  // `loop/hazard`, `checklist/daily`, `ledger/responsibilities`
  std::vector<std::string> norms;
  Words reason;  // why `later`
};

struct Clause {
  int number = 0;  // 4..22 and 23
  Words title;
  std::vector<Requirement> requirements;
};

// A fact of an organisation by which duties are chosen: boarding, canteen, stages.
struct Facet {
  std::string id;
  Words name;
  std::string type;  // flag, number, choice (one of them), choices (some, with commas between)
  std::vector<std::pair<std::string, Words>> choices;
  // Kind → what counts where an organisation says nothing; `any` for kinds without an entry.
  std::map<std::string, std::string> assumed;
};

// How often a duty is due. `night` begins on one day and ends on the next; `dates` are days of the
// year found by a rule; `event` is a day the calendar knows, with some days before or after it.
enum class Cycle {
  school_day,
  day,
  night,
  week,
  month,
  quarter,
  half_year,
  year,
  term,
  school_year,
  dates,
  event
};

// The word of the enumerator.
const char* word_of(Cycle cycle);

// Which days count for a duty: a period in which too few of them are left is not expected. Of a
// night, `school` is the night before a school day. `term` leaves out closures, `all` does not.
enum class Days { school, term, vacation, all };

// A day of every year: the 9th of November, the last Monday of March (nth -1).
struct YearDay {
  int month = 0;
  int day = 0;      // 0 where `weekday` is set
  int weekday = 0;  // 1 = Monday
  int nth = 0;      // 1..5, or -1 for the last
};

// What must be done, by which post, how often, for which organisations.
struct Duty {
  std::string id;
  Words name;
  std::string post;
  std::vector<std::string> when_vacant;  // who owns it where nobody holds the post, in order
  std::vector<Selector> at;              // any of these
  Cycle cycle = Cycle::day;
  std::string event;  // cycle event: term_start, term_end, vacation_start, holiday_start
  std::vector<YearDay> dates;
  int times = 1;     // answers a period; of nights, rounds, each an occurrence of its own
  std::string term;  // the Term that gives `times`; may be empty
  Days days = Days::school;
  int least_days = 1;       // of those that count, in a period
  std::vector<int> months;  // 1..12; empty: all
  // Of a day or night, minutes from its midnight; `to` may lie on the next day.
  int from_minute = 0, to_minute = 24 * 60;
  // Of a longer period, its days from the first (1) on, 0: to its end. Of dates and events, days
  // counted from that day.
  int from_day = 1, to_day = 0;
  std::string checklist;  // may be empty: that it was done is all there is to say
  bool rostered = false;  // people are named for it by day, in the roster
  std::string asked_by;   // the office that asks for it, a choice of the facet `office`; empty: the
                          // education office
  double minutes = 0;     // one answer takes; 0: as its checklist is long
  std::string requirement;
  std::string norm;                       // may be empty where the basis is `default`
  std::string basis;                      // law | reported | default
  std::vector<std::string> strictest_of;  // parallel norms, of which `norm` is the strictest
  Day since;
  std::optional<Day> until;  // the first day on which it is no longer due
};

// From the first day of lessons to the last.
struct SchoolTerm {
  std::string id;  // `2026-S1`: the first that begins in 2026
  Day from;
  Day to;
};

// The city's default; districts and schools may change it.
struct SchoolYear {
  std::string id;  // `2025-2026`
  Day from;
  Day to;
  bool published = false;  // false: expected, until somebody has seen the announcement
  std::vector<SchoolTerm> terms;
  struct Group {
    std::vector<std::string> kinds;
    std::vector<SchoolTerm> terms;
  };
  std::vector<Group> for_kinds;  // kinds whose terms differ
};

// given / when / then, for the loops.
struct Case;

struct Grading;  // pack/grading.h

struct Pack {
  std::string id;  // cq-2017-193
  std::string version;
  Words title;
  std::string zone;  // Asia/Shanghai
  std::string hash;  // SHA-256 over the files, in order of path
  std::map<std::string, Term> terms;
  std::vector<Kind> kinds;
  // Heads by which an import finds its columns: name, district, division, code, kind. The first
  // head of a list that a file has is taken.
  std::map<std::string, std::vector<std::string>> columns;
  std::vector<Post> posts;
  std::vector<Ledger> ledgers;
  std::vector<Checklist> checklists;
  std::vector<Chart> charts;
  std::vector<Clause> clauses;
  std::vector<Facet> facets;
  std::vector<SchoolYear> school_years;
  std::vector<Duty> duties;
  std::shared_ptr<const Grading> grading;  // empty where the pack grades nobody

  const Kind* kind(const std::string& id) const;
  const Post* post(const std::string& id) const;
  const Ledger* ledger(const std::string& id) const;
  const Checklist* checklist(const std::string& id) const;
  const Chart* chart(const std::string& id) const;
  const Facet* facet(const std::string& id) const;
  const Duty* duty(const std::string& id) const;
};

// One thing wrong with a pack: `file:line: key: what is wrong; what to do`.
struct Complaint {
  std::string file;  // relative to the pack's folder
  int line = 0;      // 1-based; 0 where the file as a whole is meant
  std::string key;
  std::string what;
  std::string remedy;
  std::string text() const;
};

// Reads and checks the folder. Every complaint is found, not only the first; a pack with any is
// not used. Throws std::filesystem::filesystem_error when the folder cannot be read.
struct Loaded {
  std::shared_ptr<const Pack> pack;  // empty where there are complaints
  std::vector<Complaint> complaints;
  std::vector<Complaint> warnings;  // what is odd and does no harm; the pack is used
};
Loaded load(const std::filesystem::path& folder);

}  // namespace anxiao::pack
