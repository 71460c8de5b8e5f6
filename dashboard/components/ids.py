"""Ids of the components, one place per page; the prefix says which page a callback belongs to."""

from __future__ import annotations


class Frame:
    """Ids of what stands on every page."""

    PROVIDER = "frame-mantine"
    LANGUAGE = "frame-language"
    THEME = "frame-theme"
    HELP = "frame-help"
    HELP_DRAWER = "frame-help-drawer"
    PAGE = "frame-page"
    SETTINGS = "frame-settings"
    VIEW = "frame-view"  # the view as a query, for the language
    VERSION = "frame-version"  # data version that the page was made with; "" for none
    NEWER = "frame-newer"
    JOBS = "frame-jobs"
    JOBS_TIMER = "frame-jobs-timer"  # runs only while a job waits or runs
    JOBS_SEEN = "frame-jobs-seen"  # states of the jobs as text; where it changes, what shows them asks again
    JOBS_NOW = "frame-jobs-now"  # how far each is, shown by the browser in place


class Jobs:
    """Ids of long work, on the page of jobs and wherever one is started or shown."""

    VIEW = "jobs-view"  # the view as a query, for the language
    LIST = "jobs-list"
    DONE = "jobs-edit-done"  # counts what this page started and cancelled: the frame looks at the jobs again

    @staticmethod
    def cancel(job_id: object) -> dict[str, object]:
        """Button that ends a job."""
        return {"type": "jobs-edit-cancel", "job": job_id}


class Priorities:
    """Ids of the Priorities page."""

    VIEW = "priorities-view"  # the whole view as a query; written by the browser only
    LIST = "priorities-list"  # the part of it that decides the list and its colours
    CHOSEN = "priorities-chosen"  # which area the person chose: {"row": n} or {"id": text}
    KNOWN = "priorities-known"  # what the server says of that area: row, id, position in the list
    VERSION = "priorities-version"
    PROFILES = "priorities-profiles"
    DONE = "priorities-done"

    SCENARIO = "priorities-scenario"
    PROFILE = "priorities-profile"
    PROFILE_CHIPS = "priorities-profile-chips"
    SEARCH = "priorities-search"
    TABS = "priorities-tabs"
    PANES = "priorities-panes"
    RESET = "priorities-reset"
    UNDO = "priorities-undo"
    CHANGE = "priorities-change"
    WHICH_IN = "priorities-which-in"
    WHICH_OUT = "priorities-which-out"
    TYPES = "priorities-types"
    STATUSES = "priorities-statuses"
    CLASSES = "priorities-classes"
    TASKED = "priorities-tasked"
    LIKELY_FROM = "priorities-likely-from"
    LIKELY_TO = "priorities-likely-to"
    ACTIONS = "priorities-actions"
    CLEAR = "priorities-clear"
    CLEAR_TOO = "priorities-clear-too"
    WAY = "priorities-way"
    MAKE = "priorities-make"
    MADE = "priorities-made"  # points of each criterion that the form has made: {"points": {...}}
    MADE_NOTICE = "priorities-made-notice"
    MAKE_PAIRS = "priorities-make-pairs"
    PAIRS_MADE = "priorities-pairs-made"
    PAIRS_NOTICE = "priorities-pairs-notice"
    MEASURE = "priorities-measure"
    MAP = "map-priorities"
    LEGEND = "priorities-legend"
    COUNT = "priorities-count"
    TABLE = "priorities-table"
    WHY = "priorities-why"
    WHY_CLOSE = "priorities-why-close"
    CAREFUL = "priorities-careful"
    CAREFUL_GO = "priorities-edit-careful"
    PRINT = "priorities-print"
    PRINT_MAP = "map-print"
    NOTICE = "priorities-notice"

    @staticmethod
    def preset(preset: object) -> dict[str, object]:
        """Button of a score known from elsewhere; "none" leads back to the programme's own criteria."""
        return {"type": "priorities-preset", "preset": preset}

    @staticmethod
    def weight(criterion: object) -> dict[str, object]:
        """Slider of a criterion."""
        return {"type": "priorities-weight", "criterion": criterion}

    @staticmethod
    def told(criterion: object) -> dict[str, object]:
        """Number that a person gives a criterion, to make weights of."""
        return {"type": "priorities-told", "criterion": criterion}

    @staticmethod
    def pair(groups: object) -> dict[str, object]:
        """Selector of a pair of groups, "first:second"."""
        return {"type": "priorities-pair", "groups": groups}

    @staticmethod
    def lock(criterion: object) -> dict[str, object]:
        """Lock of a criterion."""
        return {"type": "priorities-lock", "criterion": criterion}

    @staticmethod
    def share(criterion: object) -> dict[str, object]:
        """Share of a criterion in per cent."""
        return {"type": "priorities-share", "criterion": criterion}

    @staticmethod
    def histogram(criterion: object) -> dict[str, object]:
        """Histogram of a criterion's values."""
        return {"type": "priorities-histogram", "criterion": criterion}

    @staticmethod
    def level(level: object) -> dict[str, object]:
        """Selector of an administrative level, 1 to 4."""
        return {"type": "priorities-level", "level": level}

    @staticmethod
    def export(ending: object) -> dict[str, object]:
        """Link to a file of one format."""
        return {"type": "priorities-export", "ending": ending}


class Area:
    """Ids of the Area page."""

    MAP = "map-area"


class Lookup:
    """Ids of the Look-up page and its sheet; those with "edit" belong to people who may upload."""

    MAP = "map-lookup"
    SHEET_MAP = "map-lookup-sheet"
    VIEW = "lookup-view"  # the view as a query, for the language
    PLACE = "lookup-place"  # the place as text, see dashboard.services.place_text; or upload:ID
    OUTLINE = "lookup-outline"
    SHEET_OUTLINE = "lookup-sheet-outline"
    DRAWING = "lookup-drawing"
    TOOLS = "lookup-tools"
    RECTANGLE = "lookup-rectangle"
    POLYGON = "lookup-polygon"
    POLYLINE = "lookup-polyline"
    FINISH = "lookup-finish"
    CANCEL = "lookup-cancel"
    CLEAR = "lookup-clear"
    AS_OF = "lookup-as-of"
    TYPED = "lookup-typed"
    TYPED_GO = "lookup-typed-go"
    TYPED_NOTICE = "lookup-typed-notice"
    ANSWER = "lookup-answer"
    SHEET = "lookup-sheet"
    UPLOAD = "lookup-edit-upload"  # {"id": …} of a file that has just been sent
    CRS = "lookup-edit-crs"
    UPLOAD_NOTICE = "lookup-edit-notice"


class Data:
    """Ids of the Data page; those with "edit" belong to people who may import."""

    VIEW = "data-view"  # the view as a query, for the language
    CHANGED = "data-changed"  # counts imports and undos made on this page: what lists them asks again
    IMPORTS = "data-imports"
    STALE = "data-stale"
    QUALITY = "data-quality"
    LAYER = "data-layer"
    LAYER_BOX = "data-layer-box"
    INDICATORS = "data-indicators"
    BUILD = "data-build"
    BUILD_ASK = "data-edit-build-ask"
    BUILD_PLAN = "data-edit-build-plan"
    BUILD_GO = "data-edit-build-go"
    BUILD_GO_BOX = "data-edit-build-go-box"

    UPLOAD = "data-edit-upload"  # {"id": …, "name": …} of a file that has just been sent; null for none
    PANEL = "data-edit-panel"
    FILE = "data-edit-file"
    TABLE = "data-edit-table"
    FILE_LAYER = "data-edit-layer"
    PROFILE = "data-edit-profile"
    MAPPING = "data-edit-mapping"
    BASE = "data-edit-base"  # the mapping that was proposed, with the columns and values in the order of the selectors
    CRS = "data-edit-crs"
    SWAP = "data-edit-swap"
    MAKE_IDS = "data-edit-make-ids"
    CHECKED = "data-edit-checked"
    OUTLINES = "data-edit-outlines"
    MAP = "map-data-edit"
    BUSY = "data-edit-busy"
    REASON = "data-edit-reason"
    SAVE_AS = "data-edit-save-as"
    COMMIT = "data-edit-commit"
    GIVE_UP = "data-edit-give-up"
    RESULT = "data-edit-result"
    UNDO_BOX = "data-edit-undo-box"
    UNDO_TEXT = "data-edit-undo-text"
    UNDO_ID = "data-edit-undo-id"
    UNDO_REASON = "data-edit-undo-reason"
    UNDO_GO = "data-edit-undo-go"
    UNDO_CANCEL = "data-edit-undo-cancel"
    UNDO_NOTICE = "data-edit-undo-notice"

    @staticmethod
    def column(place: object) -> dict[str, object]:
        """Selector of what a column is, by its place in the file."""
        return {"type": "data-edit-column", "place": place}

    @staticmethod
    def code(field: object, place: object) -> dict[str, object]:
        """Selector of the code that a value of the file becomes."""
        return {"type": "data-edit-code", "field": field, "place": place}

    @staticmethod
    def undo(import_id: object) -> dict[str, object]:
        """Button that takes an import back."""
        return {"type": "data-edit-undo", "import": import_id}


class Method:
    """Ids of the Method page."""

    VIEW = "method-view"  # the view as a query: the list that the page speaks of
    REMARKS = "method-remarks"
    DIAGNOSTICS = "method-diagnostics"
    EVALUATION = "method-evaluation"
    EVALUATE_GO = "method-edit-evaluate"

    @staticmethod
    def compared(method: str) -> str:
        """Card of a method."""
        return f"method-compared-{method}"


class Judge:
    """Ids of the page "Which first?"; those with "edit" belong to people who may enter judgements."""

    VIEW = "judge-view"  # the view as a query, for the language and the criteria
    DONE = "judge-edit-done"  # counts judgements given on this page: what lists them asks again
    PAIR = "judge-edit-pair"  # ids of the two areas that are shown
    CARDS = "judge-edit-cards"
    FIRST = "judge-edit-first"
    SECOND = "judge-edit-second"
    SKIP = "judge-edit-skip"
    GROUP = "judge-edit-group"
    CONSULTATION = "judge-edit-consultation"
    NOTICE = "judge-edit-notice"
    COUNTS = "judge-counts"
    OF = "judge-of"
    LEARNED = "judge-learned"
    HOW_FAR = "judge-how-far"
    TRUST = "judge-trust"
    MIRROR_OF = "judge-mirror-of"  # decisions or outcomes
    MIRROR = "judge-mirror"
