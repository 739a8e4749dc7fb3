"""Every sentence the scripts of the ledger grid say, translated on the server.

The scripts ask for a text by its key and fill in the names in braces; no sentence is written in a script.
The keys that end in the name of a state, a verdict or a side are built by the scripts from that name.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from records.marks import MARK_LABELS, Mark


def grid_texts() -> dict[str, str]:
    """Return key → text in the language of the request, for the page's ``grid-texts`` block."""
    return {
        **_states(),
        **_cells(),
        **_paste(),
        **_paste_details(),
        **_saving(),
        **_conflicts_and_history(),
        **_choosing_rows(),
        **_acts(),
        **_shortcuts(),
    }


def _states() -> dict[str, str]:
    """Return the words of rows, cells, table heads and totals."""
    return {
        "grid_label": _("Ledger grid"),
        "head_state": pgettext("narrow column", "State"),
        "head_state_long": _("State of the row"),
        "head_row": pgettext("narrow column", "Row"),
        "head_row_long": _("Row number"),
        "state_saved": _("Saved"),
        "state_saving": _("Saving"),
        "state_unsaved": _("Not saved"),
        "state_soft": _("To be confirmed"),
        "state_hard": pgettext("state of a row", "Error"),
        "state_conflict": _("Conflict"),
        "state_locked": _("Locked"),
        "state_preview": _("Paste not applied"),
        "sign_locked": pgettext("sign of a locked cell, one character", "⊘"),
        "next_in_state": _("Go to the next such row"),
        "rows_count": _("{count} rows"),
        "group_folded": _("{label} ({count} columns)"),
        "total": _("Total {count}"),
        "total_of_shown": _("Shown {count}"),
        "chosen_count": _("Filled {count}"),
        "chosen_sum": _("Sum {sum} {unit}"),
        "unnamed_row": _("Row {number}"),
        "blank_word": pgettext("value of a cell", "blank"),
        "mark_na": str(MARK_LABELS[Mark.NOT_APPLICABLE]),
        "mark_unknown": str(MARK_LABELS[Mark.UNKNOWN]),
        "list_separator": pgettext("between the items of a list", ", "),
        "clause_separator": pgettext("between the clauses of a sentence", ", "),
    }


def _cells() -> dict[str, str]:
    """Return what is said of one cell: why it is wrong, why it is closed, what can be done."""
    return {
        "not_a_number": _("“{text}” is not a number. Write it in digits, for example 360."),
        "not_a_whole_number": _("“{text}” is not a whole number. Leave out the decimals."),
        "not_a_date": _("“{text}” is not a date. Write it as 2020-06-03."),
        "no_such_day": _("“{text}” is no day of the calendar. Look at month and day again."),
        "not_a_choice": _("“{text}” is not among the choices. Choose one of: {choices}."),
        "hashes_pasted": _(
            "The column was too narrow in Excel, so only ### was copied. Widen it there and copy again."
        ),
        "formula_error_pasted": _("{text} is a formula error in Excel. Mend it there and copy again."),
        "locked_read_only": _("You may read this ledger but not change it."),
        "locked_column": _("This column is filled by the system and cannot be changed here."),
        "locked_fixed": _("Given when the row is made; it cannot be changed afterwards."),
        "row_gone": _("Somebody took this row out of the ledger. Your entries are kept here."),
        "row_lacks": _("A new row. It is saved as soon as this is filled in: {columns}."),
        "kept_draft": _("This entry cannot be used yet. It is kept until you mend it."),
        "edited_from": _("Was {old}."),
        "confirmed_finding": _("Confirmed with a reason: {text}"),
        "keep_old": _("Keep the old value"),
        "mend": _("Mend it"),
        "give_reason": _("Give a reason and confirm"),
        "save_again": _("Save again"),
        "save_as_new": _("Save as a new row"),
        "drop_entries": _("Drop my entries"),
        "drop_new_row": _("Drop the new row"),
        "reason_needed": _("Write the reason first."),
        "finding_confirmed": _("{name}: confirmed."),
        "confirm_failed": _("The confirmation was not saved. Try once more."),
        "no_rows": _("No rows"),
        "no_rows_hint": _("No row to show. Change the filter, add a row or import a workbook."),
        "choice_blank": _("(leave blank)"),
        "no_choice_matches": _("No choice contains this"),
        "previous_month": _("Previous month"),
        "next_month": _("Next month"),
        "month_of": pgettext("head of a calendar", "{year}-{month}"),
        "weekdays": pgettext("Monday to Sunday, by spaces", "Mo Tu We Th Fr Sa Su"),
    }


def _paste() -> dict[str, str]:
    """Return what the paste preview says."""
    return {
        "paste_title": _("Paste preview"),
        "paste_summary": _(
            "Pasted {rows} rows × {columns} columns from Excel onto {from}:{to}, {count} cells."
            " The ledger stays as it is until you apply."
        ),
        "preview_changed": _("Will change"),
        "preview_changed_fate": _("can be applied"),
        "preview_soft": _("Needs confirmation"),
        "preview_soft_fate": _("applied once ticked"),
        "preview_hard": _("Not accepted"),
        "preview_hard_fate": _("old value stays"),
        "preview_locked": _("Locked"),
        "preview_locked_fate": _("skipped"),
        "preview_same": _("Same as before"),
        "preview_same_fate": _("untouched"),
        "cells_unit": pgettext("after a number", "cells"),
        "checking_cells": _("Checking {count} cells …"),
        "nothing_to_look_at": _("No cell needs your eyes."),
        "cells_to_look_at": _("{count} cells that need your eyes"),
        "more_cells": _("{count} more; they are marked in the grid."),
        "and_more": _(" and others, {count} in all"),
        "confirmed_reason": _("It is right, because"),
        "reason_for": _("Reason for {cell}"),
        "reason_for_all": _("One reason for all of them"),
        "same_reason": _("Same reason for all:"),
        "confirm_all": _("Confirm {count} cells"),
        "skipped_this_time": _("Skipped this time."),
        "totals_after": _("Totals after applying"),
        "as_planned": _("as planned"),
    }


def _paste_details() -> dict[str, str]:
    """Return what the preview says cell by cell."""
    return {
        "if_confirmed": _("If {cell} is confirmed"),
        "if_all_confirmed": _("If {count} cells are confirmed"),
        "more_by": _("{amount} more"),
        "less_by": _("{amount} less"),
        "rows_do_not_fit": _("{count} pasted rows go beyond the end of the grid."),
        "add_rows": _("Add {count} rows"),
        "rows_left_out": _("{count} pasted rows go beyond the end of the grid and are left out."),
        "columns_left_out": _("{count} pasted columns go beyond the last column and are left out."),
        "merged_cells": _(
            "Merged cells were copied. Only the first cell of each holds its value; look at the blanks."
        ),
        "wait_for_check": _("The cells are being checked."),
        "preview_failed": _("The cells could not be checked. Nothing was changed."),
        "check_again": _("Check again"),
        "reasons_lacking": _("{count} confirmed cells still lack their reason."),
        "nothing_to_apply": _("Nothing to apply."),
        "one_step_undo": _("One step of undo takes it back."),
        "apply_cells": _("Apply {count} cells"),
        "cancel": _("Cancel"),
        "paste_applied": _("{count} cells applied."),
        "paste_applied_left": _("{count} cells applied, {left} left as they were."),
        "paste_will_be": _("Becomes {now}, was {old}."),
        "paste_same": _("Same as before, stays untouched."),
        "finish_paste_first": _("Apply or cancel the paste first."),
        "clipboard_empty": _("There is no text in the clipboard."),
        "use_ctrl_v": _("The browser does not let the page read the clipboard. Press Ctrl+V."),
        "copied": _("{count} cells copied."),
        "copy_several_ranges": _("Ranges in different columns cannot be copied together."),
    }


def _saving() -> dict[str, str]:
    """Return what is said about saving, the line and the session."""
    return {
        "loading": _("Fetching …"),
        "rows_failed": _("The rows could not be fetched. Check the network and load the page again."),
        "line_broken": _("No connection. Your entries are kept in this page."),
        "server_busy": _("The server is busy. Your entries are kept in this page."),
        "retry_in": _("Next try in {seconds} s."),
        "try_now": _("Try now"),
        "save_refused": _("The server did not save this row. Your entries are kept here."),
        "save_denied": _("You may not change this row. Your entries are kept here."),
        "save_no_answer": _("The server said nothing about this row. Save it again."),
        "row_merged": _("{name}: somebody else changed other cells of this row; both changes are kept."),
        "others_changed": _("{count} rows were changed by others and are up to date here."),
        "all_saved": _("Everything is saved."),
        "not_all_saved": _("Some rows are not saved yet; the status bar says which."),
        "restored": _("{count} cells that were not saved last time are back and are being saved."),
        "mirror_full": _(
            "The browser has no room to keep a copy of unsaved entries. Leave the page open until saved."
        ),
        "session_ended": _("Your session has ended. {count} unsaved cells are kept; log in to save them."),
        "session_over": _("Your session has ended."),
        "log_in_again": _("Log in again"),
        "logging_in": _("Logging in …"),
        "login_failed": _("The login did not succeed. Check the password, or log in in another tab."),
        "password_due": _("Your password is due. Log in and change it in another tab, then come back here."),
        "other_user": _(
            "Another user is logged in now. The entries here belong to the first one and are not sent."
        ),
        "session_back": _("Logged in again; saving goes on."),
    }


def _conflicts_and_history() -> dict[str, str]:
    """Return what is said when two people meet in a cell, and who changed it before."""
    return {
        "conflict_found": _("{name}: {count} cells were changed by somebody else at the same time. Choose."),
        "conflict_title": _("{name}: {count} cells in conflict"),
        "conflict_line": _("{who} wrote {theirs}, you wrote {mine}; before it was {base}."),
        "conflict_elsewhere": _("{count} cells of this row are in conflict."),
        "conflict_settled": _("{name}: conflict settled."),
        "settle_conflict": _("Choose"),
        "somebody": _("Somebody else"),
        "side_base": pgettext("conflict", "Before"),
        "side_theirs": pgettext("conflict", "Theirs"),
        "side_mine": pgettext("conflict", "Mine"),
        "save_choices": _("Save {count} choices"),
        "choices_left": _("{count} still to choose"),
        "choices_undo": _("A step that can be undone"),
        "history": _("History"),
        "history_title": _("History of the cell"),
        "history_empty": _("This cell has not been changed since it was entered."),
        "history_failed": _("The history could not be fetched. Try once more."),
        "reason_was": _("Reason: {reason}"),
    }


def _choosing_rows() -> dict[str, str]:
    """Return what is said about filters, order, views and the narrow list."""
    return {
        "rows_shown": _("{shown} of {count} rows shown."),
        "sorted_asc": _("Sorted by {header}, ascending."),
        "sorted_desc": _("Sorted by {header}, descending."),
        "sorted_none": _("In the ledger's own order."),
        "show_all_columns": _("Show all columns"),
        "view_all": _("Whole ledger"),
        "view_needs_name": _("Give the view a name."),
        "view_saved": _("View “{name}” saved."),
        "view_deleted": _("View “{name}” deleted."),
        "delete_view": _("Delete the view “{name}”"),
        "views_failed": _("The views could not be fetched or saved. Try once more."),
        "problem_rows": _("{count} of {all} rows need your eyes. The whole grid wants a wider screen."),
        "no_problem_rows": _("None of the {all} rows needs your eyes. The whole grid wants a wider screen."),
    }


def _acts() -> dict[str, str]:
    """Return the names of acts in menus and in undo, and what is said after them."""
    return {
        "undo_edit": _("entry in {cell}"),
        "undo_clear": _("clearing"),
        "undo_fill": _("filling"),
        "undo_paste": _("paste of {count} cells"),
        "undo_conflict": _("choice in a conflict"),
        "undone": _("Undone: {label}, {count} cells."),
        "redone": _("Done again: {label}, {count} cells."),
        "undo_refused": _("{count} cells were changed by others since or are locked and stay."),
        "nothing_to_undo": _("Nothing to undo."),
        "nothing_to_redo": _("Nothing to do again."),
        "new_rows_already_saved": _(
            "{count} new rows are saved already and stay; take them out in their form."
        ),
        "cells_changed": _("{count} cells changed."),
        "cells_locked_skipped": _("{count} locked cells were skipped."),
        "row_added": _("New row at the end of the ledger."),
        "tab_leaves": _("Tab now leaves the grid."),
        "menu_copy": _("Copy"),
        "menu_cut": _("Cut"),
        "menu_paste": _("Paste"),
        "menu_clear": _("Clear the content"),
        "menu_fill_down": _("Fill down"),
        "menu_fill_right": _("Fill right"),
        "menu_sort_up": _("Sort ascending"),
        "menu_sort_down": _("Sort descending"),
        "menu_sort_none": _("Ledger's own order"),
        "menu_hide_column": _("Hide this column"),
    }


def _shortcuts() -> dict[str, str]:
    """Return what each shortcut does."""
    return {
        "help_arrows": _("Move by one cell; while typing, take the entry over and move"),
        "help_enter": _("Take over and go down, up"),
        "help_tab": _("Take over and go right, left"),
        "help_edges": _("To the edge of the filled cells"),
        "help_home": _("First, last column of the row"),
        "help_corners": _("First, last cell of the ledger"),
        "help_pages": _("One screen down, up"),
        "help_extend": _("Extend the selection"),
        "help_all": _("Select everything"),
        "help_whole": _("Select the column, the row"),
        "help_edit": _("Edit what the cell holds"),
        "help_escape": _("Drop the entry, close the panel"),
        "help_list": _("Open the choices or the calendar"),
        "help_line": _("New line within a cell of text"),
        "help_everywhere": _("Put the entry into every selected cell"),
        "help_delete": _("Clear the selected cells"),
        "help_clipboard": _("Copy, cut, paste; Excel and WPS understand it"),
        "help_fill": _("Fill down, right"),
        "help_undo": _("Undo, do again; a paste is one step"),
        "help_save": _("Save now what is otherwise saved by itself"),
        "help_find": _("Find in the rows"),
        "help_menu": _("Menu of the selected cells"),
        "help_leave": _("Leave the grid; F6 also comes back"),
        "help_help": _("This list"),
    }
