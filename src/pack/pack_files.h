// One function for each kind of pack file: it reads the whole file into the pack and complains of
// what is wrong. They are called in an order in which what a file may name has been read before:
// kinds, facets, school years, terms, posts, loops, checklists, duties, ledgers, grades, clauses.

#pragma once

#include <string>
#include <vector>

#include "pack/pack.h"
#include "pack/reading.h"

namespace anxiao::pack {

void read_manifest(Entry& file, Pack& pack);
void read_kinds(Entry& file, Pack& pack);
void read_terms(Entry& file, Pack& pack);
void read_posts(Entry& file, Pack& pack);
void read_loop(Entry& file, Pack& pack);
// Once every loop is read: one may name matters of another.
void check_what_loops_name(Entry& file, Pack& pack);
void read_checklist(Entry& file, Pack& pack);
// Once every checklist is read: what an item is the same as is there.
void check_what_items_repeat(Entry& file, Pack& pack);
void read_ledger(Entry& file, Pack& pack);
void read_clause(Entry& file, Pack& pack);
void read_facets(Entry& file, Pack& pack);
void read_school_years(Entry& file, Pack& pack);
void read_duties(Entry& file, Pack& pack);
// Once the clauses are read: every duty serves a requirement that there is.
void check_what_duties_serve(Entry& file, Pack& pack);
void read_grading(Entry& file, Pack& pack);
// Once the clauses are read: those that weigh more are there.
void check_what_grades_weigh(Entry& file, Pack& pack);

// Of a sound pack: what is odd about it, complained of for others to take as warnings.
void look_at_burdens(Entry& file, Pack& pack);
void look_at_repeated_fields(Entry& file, Pack& pack);
void look_at_checks(Entry& file, Pack& pack);

// A field of a ledger or of the chart `own`, whose categories and levels its choices may be.
Field read_field(Entry& entry, std::set<std::string>& seen, const Pack& pack,
                 const Chart* own = nullptr);

// Names of other things, complained of where they do not exist. A list that could not be read at
// all (an empty one) forgives every name: its own file has been complained of.
std::vector<std::string> kinds_named(Entry& entry, const std::string& name, const Pack& pack);
std::vector<std::string> posts_named(Entry& entry, const std::string& name, const Pack& pack);
void complain_of_posts(Entry& entry, const std::string& name, const std::vector<std::string>& posts,
                       const Pack& pack);

// Organisations by kind and facet; of `kinds: [...]` and `where: [...]`.
Selector read_selector(Entry& entry, const Pack& pack);
Condition read_facet_condition(Entry& entry, const Pack& pack);
// What a row must say; `ledger` is whose fields it may name.
RowCondition read_row_condition(Entry& entry, const Ledger* ledger, const Pack& pack);
Check read_check(Entry& entry, const std::string& requirement, const Pack& pack);

// What a post may be granted to read, create, change and end: the nouns of ledgers.
std::vector<std::string> nouns_of_rows();
// The same to read, open and move: the nouns of loops.
std::vector<std::string> nouns_of_matters();

// What is wrong with a value for a facet; empty where nothing is.
std::string complaint_of_value(const Facet& facet, const std::string& value);

// `7-20`: an item of the table of norms. Complains of another form.
void complain_of_norm(Entry& entry, const std::string& name, const std::string& norm);
// `C07` or `C07.14`.
bool is_clause(const std::string& text);
bool is_requirement(const std::string& text);

}  // namespace anxiao::pack
