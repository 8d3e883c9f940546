<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Add a skill, plugin, server or pack</source>
        <translation>Skill, Plugin, Server oder Paket hinzufügen</translation>
    </message>
    <message>
        <source>Branch this chat</source>
        <translation>Von diesem Chat abzweigen</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>Letzte Antwort kopieren</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>Diesen Chat löschen</translation>
    </message>
    <message>
        <source>Dry run for the next message</source>
        <translation>Probelauf für die nächste Nachricht</translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation>Diesen Chat exportieren</translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Go to activity</source>
        <translation>Zu den Aktivitäten</translation>
    </message>
    <message>
        <source>Go to automations</source>
        <translation>Zu den Automatisierungen</translation>
    </message>
    <message>
        <source>Go to chats</source>
        <translation>Zu den Chats</translation>
    </message>
    <message>
        <source>Go to settings</source>
        <translation>Zu den Einstellungen</translation>
    </message>
    <message>
        <source>Go to skills and plugins</source>
        <translation>Zu Skills und Plugins</translation>
    </message>
    <message>
        <source>Go to usage</source>
        <translation>Zum Verbrauch</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>Neuer Auftrag</translation>
    </message>
    <message>
        <source>Next chat</source>
        <translation>Nächster Chat</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>Pause everything for an hour</source>
        <translation>Alles für eine Stunde anhalten</translation>
    </message>
    <message>
        <source>Pause everything until resumed</source>
        <translation>Alles anhalten, bis Sie fortsetzen</translation>
    </message>
    <message>
        <source>Pause everything until tomorrow</source>
        <translation>Alles bis morgen anhalten</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>Diesen Chat anheften oder lösen</translation>
    </message>
    <message>
        <source>Previous chat</source>
        <translation>Voriger Chat</translation>
    </message>
    <message>
        <source>Quick prompt</source>
        <translation>Schnelleingabe</translation>
    </message>
    <message>
        <source>Quit Homard</source>
        <translation>Homard beenden</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>Diesen Chat umbenennen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Show what needs you</source>
        <translation>Zeigen, was auf Sie wartet</translation>
    </message>
    <message>
        <source>Stop this run</source>
        <translation>Diesen Lauf stoppen</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>Zwischen Hell und Dunkel wechseln</translation>
    </message>
    <message>
        <source>Undo what the last run changed</source>
        <translation>Rückgängig machen, was der letzte Lauf geändert hat</translation>
    </message>
    <message>
        <source>Verify the audit log</source>
        <translation>Protokoll prüfen</translation>
    </message>
    <message>
        <source>approve question</source>
        <translation>freigeben Freigabe erlauben Frage</translation>
    </message>
    <message>
        <source>ask</source>
        <translation>fragen</translation>
    </message>
    <message>
        <source>automation schedule watch</source>
        <translation>Automatisierung Zeitplan überwachen</translation>
    </message>
    <message>
        <source>cancel abort</source>
        <translation>abbrechen beenden</translation>
    </message>
    <message>
        <source>check tampering record</source>
        <translation>kontrollieren Manipulation Aufzeichnung</translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation>Zwischenablage</translation>
    </message>
    <message>
        <source>command palette</source>
        <translation>Befehlspalette suchen finden</translation>
    </message>
    <message>
        <source>cost money tokens spend budget charts providers compare</source>
        <translation>Kosten Geld Tokens Ausgaben Budget Diagramme Anbieter vergleichen</translation>
    </message>
    <message>
        <source>diagnostics errors</source>
        <translation>Diagnose Fehler Log</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>verlassen schließen</translation>
    </message>
    <message>
        <source>extensions MCP servers packs tools install</source>
        <translation>Erweiterungen MCP Server Pakete Werkzeuge installieren</translation>
    </message>
    <message>
        <source>find</source>
        <translation>suchen finden</translation>
    </message>
    <message>
        <source>fork copy</source>
        <translation>verzweigen kopieren Kopie</translation>
    </message>
    <message>
        <source>go on continue unpause</source>
        <translation>weitermachen weiter Pause aufheben</translation>
    </message>
    <message>
        <source>help keys</source>
        <translation>Hilfe Tasten</translation>
    </message>
    <message>
        <source>install extension MCP</source>
        <translation>installieren Erweiterung MCP</translation>
    </message>
    <message>
        <source>jobs schedule watch cron week</source>
        <translation>Aufträge Zeitplan überwachen cron Woche</translation>
    </message>
    <message>
        <source>keep on top</source>
        <translation>oben halten</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>Optionen Konfiguration</translation>
    </message>
    <message>
        <source>put back revert restore files</source>
        <translation>zurücksetzen wiederherstellen Dateien</translation>
    </message>
    <message>
        <source>quiet sleep</source>
        <translation>Pause Ruhe still</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>entfernen</translation>
    </message>
    <message>
        <source>runs history cost</source>
        <translation>Läufe Verlauf Kosten</translation>
    </message>
    <message>
        <source>save Markdown</source>
        <translation>speichern sichern Markdown</translation>
    </message>
    <message>
        <source>start conversation session</source>
        <translation>beginnen Gespräch Unterhaltung Sitzung</translation>
    </message>
    <message>
        <source>theme colors night</source>
        <translation>Design Farben Nacht</translation>
    </message>
    <message>
        <source>title name</source>
        <translation>Titel Name</translation>
    </message>
    <message>
        <source>try test plan nothing changed what would happen</source>
        <translation>Probe testen planen nichts ändern was würde geschehen</translation>
    </message>
</context>
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>%n tool call(s)</source>
        <translation>
            <numerusform>%n Werkzeugaufruf</numerusform>
            <numerusform>%n Werkzeugaufrufe</numerusform>
        </translation>
    </message>
    <message>
        <source>About the run</source>
        <translation>Über den Lauf</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>Alle Läufe</translation>
    </message>
    <message>
        <source>Another program (MCP)</source>
        <translation>Anderes Programm (MCP)</translation>
    </message>
    <message>
        <source>Answer cut off</source>
        <translation>Antwort abgeschnitten</translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation>Auslöser</translation>
    </message>
    <message>
        <source>By: {who}</source>
        <translation>Auslöser: {who}</translation>
    </message>
    <message>
        <source>Call limit</source>
        <translation>Aufruf-Grenze</translation>
    </message>
    <message>
        <source>Choose one to see what it did.</source>
        <translation>Wählen Sie einen aus, um zu sehen, was er getan hat.</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Each time Homard works you find it here: what it did, how long it took and what it cost.</source>
        <translation>Hier steht jede Arbeit von Homard: was getan wurde, wie lange es dauerte und was es kostete.</translation>
    </message>
    <message>
        <source>Editor (ACP)</source>
        <translation>Editor (ACP)</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Error code</source>
        <translation>Fehlercode</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Finds what was changed, deleted or put in since</source>
        <translation>Findet, was seither geändert, gelöscht oder eingefügt wurde</translation>
    </message>
    <message>
        <source>How it ended</source>
        <translation>Wie es endete</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>It waits for your answer. Open the chat to give it.</source>
        <translation>Der Lauf wartet auf Ihre Antwort. Öffnen Sie den Chat, um sie zu geben.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Model failed</source>
        <translation>Modellfehler</translation>
    </message>
    <message>
        <source>Money limit</source>
        <translation>Geldgrenze</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Handlungsbedarf</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>No run chosen</source>
        <translation>Kein Lauf ausgewählt</translation>
    </message>
    <message>
        <source>No run fits</source>
        <translation>Kein passender Lauf</translation>
    </message>
    <message>
        <source>No words</source>
        <translation>Ohne Text</translation>
    </message>
    <message>
        <source>Not run</source>
        <translation>Nicht ausgeführt</translation>
    </message>
    <message>
        <source>Nothing has run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>Chat öffnen</translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation>Ausgang unbekannt</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Plugin</source>
        <translation>Plugin</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>Search runs</source>
        <translation>Läufe durchsuchen</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Show all runs</source>
        <translation>Alle Läufe anzeigen</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Step limit</source>
        <translation>Schrittgrenze</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Time limit</source>
        <translation>Zeitgrenze</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>Token limit</source>
        <translation>Tokengrenze</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Tool calls</source>
        <translation>Werkzeugaufrufe</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Try fewer words, or show all runs.</source>
        <translation>Versuchen Sie es mit weniger Wörtern oder zeigen Sie alle Läufe an.</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig…</translation>
    </message>
    <message>
        <source>Verify the audit log</source>
        <translation>Protokoll prüfen</translation>
    </message>
    <message>
        <source>Waits for you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation>Überwachter Ordner</translation>
    </message>
    <message>
        <source>Went in circles</source>
        <translation>Drehte sich im Kreis</translation>
    </message>
    <message>
        <source>What was asked</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Arbeitet</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>after {time}</source>
        <translation>nach {time}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>sofort</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Tokens</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message numerus="yes">
        <source>%n run(s) are at work. Whatever is done by now is kept.</source>
        <translation>
            <numerusform>%n Lauf ist noch bei der Arbeit. Was bis jetzt getan ist, bleibt erhalten.</numerusform>
            <numerusform>%n Läufe sind noch bei der Arbeit. Was bis jetzt getan ist, bleibt erhalten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Quit Homard?</source>
        <translation>Homard beenden?</translation>
    </message>
    <message>
        <source>Quit when they are done</source>
        <translation>Nach Abschluss beenden</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({kind}). What was stored before is kept; the details are in {log}.</source>
        <translation>Etwas Unerwartetes ist schiefgegangen ({kind}). Was vorher gespeichert wurde, bleibt erhalten; Einzelheiten stehen in {log}.</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Nicht beenden</translation>
    </message>
    <message>
        <source>Stop them and quit</source>
        <translation>Stoppen und beenden</translation>
    </message>
</context>
<context>
    <name>Approval</name>
    <message>
        <source>A word to the agent (optional)</source>
        <translation>Ein Wort an den Agenten (optional)</translation>
    </message>
    <message>
        <source>Allow once</source>
        <translation>Einmal erlauben</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Argument</source>
        <translation>Argument</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation>Nicht erlauben</translation>
    </message>
    <message>
        <source>Homard wants to delete {name}</source>
        <translation>Homard möchte {name} löschen</translation>
    </message>
    <message numerus="yes">
        <source>Homard wants to do %n thing(s)</source>
        <translation>
            <numerusform>Homard möchte %n Aktion ausführen</numerusform>
            <numerusform>Homard möchte %n Aktionen ausführen</numerusform>
        </translation>
    </message>
    <message>
        <source>Homard wants to do this</source>
        <translation>Homard möchte dies tun</translation>
    </message>
    <message>
        <source>Homard wants to fetch a page from {host}</source>
        <translation>Homard möchte eine Seite von {host} abrufen</translation>
    </message>
    <message>
        <source>Homard wants to read {name}</source>
        <translation>Homard möchte {name} lesen</translation>
    </message>
    <message>
        <source>Homard wants to run a command</source>
        <translation>Homard möchte einen Befehl ausführen</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) wait for you</source>
        <translation>
            <numerusform>%n Sache wartet auf Sie</numerusform>
            <numerusform>%n Sachen warten auf Sie</numerusform>
        </translation>
    </message>
    <message>
        <source>A rule of yours can answer what you always answer alike.</source>
        <translation>Eine Regel kann beantworten, was Sie immer gleich beantworten.</translation>
    </message>
    <message>
        <source>Add this to the job and allow</source>
        <translation>Dem Auftrag hinzufügen und erlauben</translation>
    </message>
    <message>
        <source>Allow in this run</source>
        <translation>In diesem Lauf erlauben</translation>
    </message>
    <message>
        <source>Allow these in this run</source>
        <translation>Diese in diesem Lauf erlauben</translation>
    </message>
    <message>
        <source>Allowed in this run</source>
        <translation>In diesem Lauf erlaubt</translation>
    </message>
    <message>
        <source>Always allow this job…</source>
        <translation>Diesem Auftrag immer erlauben…</translation>
    </message>
    <message>
        <source>Always allowed</source>
        <translation>Immer erlaubt</translation>
    </message>
    <message>
        <source>Always allow…</source>
        <translation>Immer erlauben…</translation>
    </message>
    <message>
        <source>Asks no more for the like of it until this run is over</source>
        <translation>Fragt nach dergleichen nicht mehr, bis dieser Lauf vorbei ist</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Homard wants to change its own rules or jobs</source>
        <translation>Homard möchte eigene Regeln oder Aufträge ändern</translation>
    </message>
    <message>
        <source>Homard wants to remember something</source>
        <translation>Homard möchte sich etwas merken</translation>
    </message>
    <message>
        <source>Homard wants to run a command that may use the network</source>
        <translation>Homard möchte einen Befehl ausführen, der das Netz benutzen darf</translation>
    </message>
    <message>
        <source>Homard wants to send a message to {whom}</source>
        <translation>Homard möchte eine Nachricht an {whom} senden</translation>
    </message>
    <message>
        <source>Homard wants to send something to {host}</source>
        <translation>Homard möchte etwas an {host} senden</translation>
    </message>
    <message>
        <source>Homard wants to use a key of yours</source>
        <translation>Homard möchte einen Ihrer Schlüssel benutzen</translation>
    </message>
    <message>
        <source>Homard wants to write {name}</source>
        <translation>Homard möchte {name} schreiben</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>Nobody was there</source>
        <translation>Niemand war da</translation>
    </message>
    <message>
        <source>Not allowed</source>
        <translation>Nicht erlaubt</translation>
    </message>
    <message>
        <source>Not allowed:</source>
        <translation>Nicht erlaubt:</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Show the first</source>
        <translation>Die erste zeigen</translation>
    </message>
    <message>
        <source>The job may do this from now on, until you take it away in its form.</source>
        <translation>Der Auftrag darf das von nun an, bis Sie es in seinem Formular wieder wegnehmen.</translation>
    </message>
    <message>
        <source>The rule</source>
        <translation>Die Regel</translation>
    </message>
    <message>
        <source>These are its first {n} characters; the rest is not shown.</source>
        <translation>Das sind die ersten {n} Zeichen; der Rest wird nicht angezeigt.</translation>
    </message>
    <message>
        <source>They are of one kind: one answer can do for all.</source>
        <translation>Sie sind von einer Art: Eine Antwort kann für alle gelten.</translation>
    </message>
    <message>
        <source>They differ, so each wants its own answer.</source>
        <translation>Sie sind verschieden, darum braucht jede ihre eigene Antwort.</translation>
    </message>
    <message>
        <source>This rule would be written. It holds in every chat, until you remove it in Settings.</source>
        <translation>Diese Regel würde geschrieben. Sie gilt in jedem Chat, bis Sie sie in den Einstellungen entfernen.</translation>
    </message>
    <message>
        <source>What Homard wants</source>
        <translation>Was Homard möchte</translation>
    </message>
    <message>
        <source>What can be undone</source>
        <translation>Was rückgängig zu machen ist</translation>
    </message>
    <message>
        <source>What would be done</source>
        <translation>Was getan würde</translation>
    </message>
    <message>
        <source>What would be written</source>
        <translation>Was geschrieben würde</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>Was sich ändern würde</translation>
    </message>
    <message>
        <source>What you had asked for</source>
        <translation>Was Sie verlangt hatten</translation>
    </message>
    <message>
        <source>Who may be behind it</source>
        <translation>Wer dahinterstecken könnte</translation>
    </message>
    <message>
        <source>Why you are asked</source>
        <translation>Warum Sie gefragt werden</translation>
    </message>
    <message>
        <source>Why: {reason}</source>
        <translation>Grund: {reason}</translation>
    </message>
    <message>
        <source>Works after it has been on the screen for a second; Enter does not press it</source>
        <translation>Reagiert erst, wenn es eine Sekunde lang zu sehen war; Enter löst es nicht aus</translation>
    </message>
    <message>
        <source>Write this rule and allow</source>
        <translation>Diese Regel schreiben und erlauben</translation>
    </message>
    <message>
        <source>You had asked: {prompt}</source>
        <translation>Sie hatten verlangt: {prompt}</translation>
    </message>
    <message numerus="yes">
        <source>You were asked %n time(s) in ten minutes.</source>
        <translation>
            <numerusform>Sie wurden in zehn Minuten %n Mal gefragt.</numerusform>
            <numerusform>Sie wurden in zehn Minuten %n Mal gefragt.</numerusform>
        </translation>
    </message>
    <message>
        <source>“Allow in this run” asks no more for the like of this; rules of yours last.</source>
        <translation>„In diesem Lauf erlauben“ fragt nach dergleichen nicht mehr; eigene Regeln gelten auf Dauer.</translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>    With content of: {sources}</source>
        <translation>    Mit Inhalt von: {sources}</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s)</source>
        <translation>
            <numerusform>%n Anfrage</numerusform>
            <numerusform>%n Anfragen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) are wrong in the audit log:</source>
        <translation>
            <numerusform>%n Sache stimmt im Protokoll nicht:</numerusform>
            <numerusform>%n Sachen stimmen im Protokoll nicht:</numerusform>
        </translation>
    </message>
    <message>
        <source>About the chosen act</source>
        <translation>Über die gewählte Handlung</translation>
    </message>
    <message>
        <source>Acts</source>
        <translation>Handlungen</translation>
    </message>
    <message>
        <source>Allowed beforehand</source>
        <translation>Vorab erlaubt</translation>
    </message>
    <message>
        <source>Close the result</source>
        <translation>Ergebnis schließen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Everything was stopped</source>
        <translation>Alles war gestoppt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Held: {level}</source>
        <translation>Gehalten: {level}</translation>
    </message>
    <message>
        <source>It changes nothing and reads nothing</source>
        <translation>Es ändert nichts und liest nichts</translation>
    </message>
    <message>
        <source>It lies in a granted folder and can be undone</source>
        <translation>Es liegt in einem freigegebenen Ordner und lässt sich rückgängig machen</translation>
    </message>
    <message>
        <source>It only tells you something</source>
        <translation>Es teilt Ihnen nur etwas mit</translation>
    </message>
    <message>
        <source>Model {model} on {host}</source>
        <translation>Modell {model} auf {host}</translation>
    </message>
    <message>
        <source>Nobody was there to ask</source>
        <translation>Niemand war da, der gefragt werden konnte</translation>
    </message>
    <message>
        <source>Not allowed</source>
        <translation>Nicht erlaubt</translation>
    </message>
    <message>
        <source>Not done</source>
        <translation>Nicht getan</translation>
    </message>
    <message>
        <source>Not done: dry run</source>
        <translation>Nicht getan: Probelauf</translation>
    </message>
    <message>
        <source>Not run</source>
        <translation>Nicht ausgeführt</translation>
    </message>
    <message>
        <source>Nothing, and nothing came from outside.</source>
        <translation>Nichts, und nichts kam von außen.</translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation>Ausgang unbekannt</translation>
    </message>
    <message>
        <source>Reading in granted folders is allowed</source>
        <translation>In freigegebenen Ordnern zu lesen ist erlaubt</translation>
    </message>
    <message>
        <source>Reading the audit log again…</source>
        <translation>Das Protokoll wird noch einmal gelesen…</translation>
    </message>
    <message>
        <source>Rule {rule}, record {number}</source>
        <translation>Regel {rule}, Eintrag {number}</translation>
    </message>
    <message>
        <source>Stopped before an answer</source>
        <translation>Vor einer Antwort gestoppt</translation>
    </message>
    <message>
        <source>The chat had read text from: {sources}</source>
        <translation>Der Chat hatte Text gelesen von: {sources}</translation>
    </message>
    <message>
        <source>The rules could not be read, so nothing was allowed</source>
        <translation>Die Regeln waren nicht lesbar, darum war nichts erlaubt</translation>
    </message>
    <message>
        <source>This machine holds a command less well than the settings need</source>
        <translation>Dieser Computer hält einen Befehl weniger gut, als die Einstellungen verlangen</translation>
    </message>
    <message>
        <source>Tools with {host}</source>
        <translation>Werkzeuge mit {host}</translation>
    </message>
    <message>
        <source>Waits for your answer</source>
        <translation>Wartet auf Ihre Antwort</translation>
    </message>
    <message>
        <source>What left this computer</source>
        <translation>Was diesen Computer verlassen hat</translation>
    </message>
    <message>
        <source>What limits the check</source>
        <translation>Was die Prüfung begrenzt</translation>
    </message>
    <message>
        <source>What was done, and why it was allowed</source>
        <translation>Was getan wurde, und warum es erlaubt war</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Why: {why}</source>
        <translation>Warum: {why}</translation>
    </message>
    <message>
        <source>You allowed it always</source>
        <translation>Sie haben es immer erlaubt</translation>
    </message>
    <message>
        <source>You allowed it in this run</source>
        <translation>Sie haben es in diesem Lauf erlaubt</translation>
    </message>
    <message>
        <source>You allowed it once</source>
        <translation>Sie haben es einmal erlaubt</translation>
    </message>
    <message>
        <source>You did not allow it</source>
        <translation>Sie haben es nicht erlaubt</translation>
    </message>
    <message>
        <source>Your rule “{rule}”</source>
        <translation>Ihre Regel „{rule}“</translation>
    </message>
    <message>
        <source>Your word: {note}</source>
        <translation>Ihr Wort: {note}</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiteres</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>diesem Computer</translation>
    </message>
    <message>
        <source>{n} records were read again. All are as they were written.</source>
        <translation>{n} Einträge wurden noch einmal gelesen. Alle sind, wie sie geschrieben wurden.</translation>
    </message>
    <message>
        <source>{sent} sent, {received} received</source>
        <translation>{sent} gesendet, {received} empfangen</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Something unexpected went wrong; it was not done. The log has the details.</source>
        <translation>Etwas Unerwartetes ist schiefgegangen; es wurde nicht ausgeführt. Einzelheiten stehen im Protokoll.</translation>
    </message>
</context>
<context>
    <name>Charts</name>
    <message>
        <source>Nothing to show here.</source>
        <translation>Hier gibt es nichts zu zeigen.</translation>
    </message>
</context>
<context>
    <name>Chats</name>
    <message>
        <source>Branch this chat</source>
        <translation>Von diesem Chat abzweigen</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>Diesen Chat löschen</translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation>Diesen Chat exportieren</translation>
    </message>
    <message>
        <source>Folder to work in</source>
        <translation>Arbeitsordner</translation>
    </message>
    <message>
        <source>Homard works in the folder named below. What it changes there can be undone; before it does anything that cannot, it asks.</source>
        <translation>Homard arbeitet in dem Ordner, der unten steht. Was es dort ändert, lässt sich rückgängig machen; vor allem anderen fragt es.</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>Diesen Chat anheften oder lösen</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>Diesen Chat umbenennen</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>What should be done?</source>
        <translation>Was soll getan werden?</translation>
    </message>
    <message>
        <source>{folder} cannot be made ({why}). Nothing was sent; choose another folder.</source>
        <translation>{folder} kann nicht angelegt werden ({why}). Nichts wurde gesendet; wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({why}). Choose another place.</source>
        <translation>{path} kann nicht geschrieben werden ({why}). Wählen Sie einen anderen Ort.</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Dry run: it reads and plans. What would change anything is shown, not done.</source>
        <translation>Probelauf: Es wird gelesen und geplant. Was etwas ändern würde, wird gezeigt, nicht getan.</translation>
    </message>
    <message>
        <source>Image {number}</source>
        <translation>Bild {number}</translation>
    </message>
    <message>
        <source>It is sent as soon as the image is read</source>
        <translation>Wird gesendet, sobald das Bild gelesen ist</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Model: {model}</source>
        <translation>Modell: {model}</translation>
    </message>
    <message>
        <source>Names that fit</source>
        <translation>Passende Namen</translation>
    </message>
    <message>
        <source>Pasted text, {size}</source>
        <translation>Eingefügter Text, {size}</translation>
    </message>
    <message>
        <source>Press Esc again to stop</source>
        <translation>Zum Stoppen noch einmal Esc drücken</translation>
    </message>
    <message>
        <source>Reads and plans only: what would change anything is shown, not done</source>
        <translation>Liest und plant nur: Was etwas ändern würde, wird gezeigt, nicht getan</translation>
    </message>
    <message>
        <source>Remove {what}</source>
        <translation>{what} entfernen</translation>
    </message>
    <message>
        <source>Say more; it is read before the next step</source>
        <translation>Mehr dazu sagen; es wird vor dem nächsten Schritt gelesen</translation>
    </message>
    <message>
        <source>Say this to the run that works (Enter)</source>
        <translation>Dem laufenden Lauf sagen (Enter)</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Send (Enter); Shift+Enter begins a line</source>
        <translation>Senden (Enter); Umschalt+Enter beginnt eine neue Zeile</translation>
    </message>
    <message>
        <source>Steer</source>
        <translation>Nachsteuern</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Stop the run (Esc twice)</source>
        <translation>Lauf stoppen (zweimal Esc)</translation>
    </message>
    <message>
        <source>This is no image that can be read; it was left out.</source>
        <translation>Dieses Bild ist nicht lesbar; es wurde weggelassen.</translation>
    </message>
    <message>
        <source>This model does not see images. It is only told that there is one.</source>
        <translation>Dieses Modell sieht keine Bilder. Es erfährt nur, dass eines da ist.</translation>
    </message>
    <message>
        <source>Working folder: {path}</source>
        <translation>Arbeitsordner: {path}</translation>
    </message>
    <message>
        <source>Write a message. @ names a file.</source>
        <translation>Nachricht schreiben. @ nennt eine Datei.</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Homard keeps running here. Quit it in this menu.</source>
        <translation>Homard läuft hier weiter. Beenden können Sie es in diesem Menü.</translation>
    </message>
    <message>
        <source>Keep Homard running?</source>
        <translation>Homard weiterlaufen lassen?</translation>
    </message>
    <message>
        <source>Keep it running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Start at login could not be changed ({why}). Nothing else was.</source>
        <translation>Der Start bei der Anmeldung konnte nicht geändert werden ({why}). Alles andere blieb, wie es war.</translation>
    </message>
    <message>
        <source>The new language shows everywhere after the next start of Homard.</source>
        <translation>Die neue Sprache erscheint überall, sobald Homard neu gestartet ist.</translation>
    </message>
    <message>
        <source>This desktop has no tray. Homard can go on in the background; start it again to see its window. This is asked once; Ctrl+Q always quits.</source>
        <translation>Diese Arbeitsumgebung hat keinen Infobereich. Homard kann im Hintergrund weiterlaufen; starten Sie es erneut, um das Fenster zu sehen. Diese Frage kommt nur einmal; Strg+Q beendet immer.</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
</context>
<context>
    <name>DiffView</name>
    <message>
        <source>+{added} −{removed}</source>
        <translation>+{added} −{removed}</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
</context>
<context>
    <name>Extensions</name>
    <message numerus="yes">
        <source>%n chat(s)</source>
        <translation>
            <numerusform>%n Chat</numerusform>
            <numerusform>%n Chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), {size}</source>
        <translation>
            <numerusform>%n Datei, {size}</numerusform>
            <numerusform>%n Dateien, {size}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n Auftrag</numerusform>
            <numerusform>%n Aufträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them need you</source>
        <translation>
            <numerusform>%n Eintrag braucht Sie</numerusform>
            <numerusform>%n Einträge brauchen Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) came in. They are off until you turn them on.</source>
        <translation>
            <numerusform>%n Eintrag kam hinzu. Er ist aus, bis Sie ihn einschalten.</numerusform>
            <numerusform>%n Einträge kamen hinzu. Sie sind aus, bis Sie sie einschalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n Mal</numerusform>
            <numerusform>%n Mal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tool(s) of it are new or changed, and are not used before you agree.</source>
        <translation>
            <numerusform>%n Werkzeug davon ist neu oder geändert und wird erst verwendet, wenn Sie zustimmen.</numerusform>
            <numerusform>%n Werkzeuge davon sind neu oder geändert und werden erst verwendet, wenn Sie zustimmen.</numerusform>
        </translation>
    </message>
    <message>
        <source>A run that follows it may only: {what}.</source>
        <translation>Ein Lauf, der ihm folgt, darf nur: {what}.</translation>
    </message>
    <message>
        <source>A skill says how something is done. A plugin and an MCP server bring tools; each works in a process of its own that can do only what you grant. A pack brings several of these, signed by whoever made it.</source>
        <translation>Ein Skill sagt, wie etwas gemacht wird. Ein Plugin und ein MCP-Server bringen Werkzeuge; jedes arbeitet in einem eigenen Prozess, der nur kann, was Sie erlauben. Ein Paket bringt mehrere davon, unterschrieben von seinem Herausgeber.</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>About it</source>
        <translation>Mehr dazu</translation>
    </message>
    <message>
        <source>Add a skill, plugin, server or pack</source>
        <translation>Skill, Plugin, Server oder Paket hinzufügen</translation>
    </message>
    <message>
        <source>Add it</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add this</source>
        <translation>Dies hinzufügen</translation>
    </message>
    <message>
        <source>Add {name} without a signature?</source>
        <translation>{name} ohne Unterschrift hinzufügen?</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>Agree to the change</source>
        <translation>Der Änderung zustimmen</translation>
    </message>
    <message>
        <source>Agree to the change of {name}?</source>
        <translation>Der Änderung von {name} zustimmen?</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>All that it brought is deleted. It cannot be undone.</source>
        <translation>Alles, was es mitgebracht hat, wird gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Archives and settings (*.zip *.skill *.mcpb *.dxt *.json)</source>
        <translation>Archive und Einstellungen (*.zip *.skill *.mcpb *.dxt *.json)</translation>
    </message>
    <message>
        <source>Ask for its tools</source>
        <translation>Nach Werkzeugen fragen</translation>
    </message>
    <message>
        <source>Ask {publisher} for the fingerprint of their key by another way than the one it came by: on the telephone, from their web page. It must be all of this: {fingerprint}</source>
        <translation>Fragen Sie {publisher} nach dem Fingerabdruck des Schlüssels, und zwar auf einem anderen Weg als dem, auf dem das Paket kam: am Telefon, auf der Webseite. Er muss vollständig so lauten: {fingerprint}</translation>
    </message>
    <message>
        <source>Be told of what happens in Homard, your requests and their answers among it: {to}.</source>
        <translation>Darf erfahren, was in Homard geschieht, darunter Ihre Anfragen und die Antworten: {to}.</translation>
    </message>
    <message>
        <source>Believe it</source>
        <translation>Glauben</translation>
    </message>
    <message>
        <source>Believe what the tools of {name} say?</source>
        <translation>Glauben, was die Werkzeuge von {name} sagen?</translation>
    </message>
    <message>
        <source>Brings a job to begin with, {name}: {about}</source>
        <translation>Bringt einen Auftrag zum Anfangen mit, {name}: {about}</translation>
    </message>
    <message>
        <source>Brings the MCP server {name}: {about}</source>
        <translation>Bringt den MCP-Server {name} mit: {about}</translation>
    </message>
    <message>
        <source>Brings the plugin {name}: {about}</source>
        <translation>Bringt das Plugin {name} mit: {about}</translation>
    </message>
    <message>
        <source>Brings the skill {name}: {about}</source>
        <translation>Bringt den Skill {name} mit: {about}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Nicht verwendbar</translation>
    </message>
    <message>
        <source>Change and delete everything in {to}; that cannot be undone.</source>
        <translation>Darf alles in {to} ändern und löschen; das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Changed tool: {name}</source>
        <translation>Geändertes Werkzeug: {name}</translation>
    </message>
    <message>
        <source>Changed: look at it</source>
        <translation>Geändert: bitte ansehen</translation>
    </message>
    <message>
        <source>Changed: {path}</source>
        <translation>Geändert: {path}</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Changes automations.</source>
        <translation>Ändert Automatisierungen.</translation>
    </message>
    <message>
        <source>Changes rules.</source>
        <translation>Ändert Regeln.</translation>
    </message>
    <message>
        <source>Changes things at its service.</source>
        <translation>Ändert etwas bei seinem Dienst.</translation>
    </message>
    <message>
        <source>Changes what Homard remembers.</source>
        <translation>Ändert, was Homard sich merkt.</translation>
    </message>
    <message>
        <source>Choose one to see what it may do.</source>
        <translation>Wählen Sie einen Eintrag, um zu sehen, was er darf.</translation>
    </message>
    <message>
        <source>Commands may start its scripts, in the sandbox: {names}</source>
        <translation>Befehle dürfen seine Skripte starten, in der Sandbox: {names}</translation>
    </message>
    <message>
        <source>Drop a folder or a file here, or choose one: a skill, a plugin, an MCP bundle (.mcpb), a pack. What comes in is off until you have read what it may do and turn it on.</source>
        <translation>Legen Sie einen Ordner oder eine Datei hier ab, oder wählen Sie: einen Skill, ein Plugin, ein MCP-Bündel (.mcpb), ein Paket. Was hinzukommt, ist aus, bis Sie gelesen haben, was es darf, und es einschalten.</translation>
    </message>
    <message>
        <source>Drop it to add it. It stays off until you turn it on.</source>
        <translation>Zum Hinzufügen hier loslassen. Es bleibt aus, bis Sie es einschalten.</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>File of a skill, plugin, server or pack</source>
        <translation>Datei eines Skills, Plugins, Servers oder Pakets</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei…</translation>
    </message>
    <message>
        <source>First tick: {what}</source>
        <translation>Setzen Sie zuerst den Haken bei: {what}</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folder of a skill, plugin, server or pack</source>
        <translation>Ordner eines Skills, Plugins, Servers oder Pakets</translation>
    </message>
    <message>
        <source>Folders it may change; that cannot be undone</source>
        <translation>Ordner, die er ändern darf; nicht rückgängig zu machen</translation>
    </message>
    <message>
        <source>Folders it may read</source>
        <translation>Ordner, die er lesen darf</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Follow it</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Follow {team}?</source>
        <translation>{team} folgen?</translation>
    </message>
    <message>
        <source>Gets copies of the files in: {names}.</source>
        <translation>Bekommt Kopien der Dateien in: {names}.</translation>
    </message>
    <message>
        <source>Gone: {path}</source>
        <translation>Weg: {path}</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Hosts it may reach, host:port; * is any</source>
        <translation>Rechner, die er erreichen darf, host:port; * steht für alle</translation>
    </message>
    <message>
        <source>I have compared it, and it is the same.</source>
        <translation>Ich habe ihn verglichen, und er ist derselbe.</translation>
    </message>
    <message>
        <source>I know where it comes from, and take it all the same.</source>
        <translation>Ich weiß, woher es kommt, und nehme es trotzdem.</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <source>Install {name}?</source>
        <translation>{name} installieren?</translation>
    </message>
    <message>
        <source>Installed from</source>
        <translation>Installiert von</translation>
    </message>
    <message>
        <source>Is set</source>
        <translation>Gesetzt</translation>
    </message>
    <message numerus="yes">
        <source>It answered; it has %n tool(s).</source>
        <translation>
            <numerusform>Er hat geantwortet; er hat %n Werkzeug.</numerusform>
            <numerusform>Er hat geantwortet; er hat %n Werkzeuge.</numerusform>
        </translation>
    </message>
    <message>
        <source>It asks for nothing: its parts give texts.</source>
        <translation>Es verlangt nichts: seine Teile geben Texte.</translation>
    </message>
    <message>
        <source>It belongs to a working folder: the folder is trusted no more, and its files stay.</source>
        <translation>Er gehört zu einem Arbeitsordner: dem Ordner wird nicht mehr vertraut, seine Dateien bleiben.</translation>
    </message>
    <message>
        <source>It changed and asks for more, so it is not used.</source>
        <translation>Es hat sich geändert und verlangt mehr; deshalb wird es nicht verwendet.</translation>
    </message>
    <message>
        <source>It changed since you turned it on, so it is not used.</source>
        <translation>Seit Sie ihn eingeschaltet haben, hat er sich geändert; deshalb wird er nicht verwendet.</translation>
    </message>
    <message>
        <source>It failed three times, so it was switched off. Its log says more; turn it on to try again.</source>
        <translation>Es ist dreimal gescheitert und wurde deshalb ausgeschaltet. Das Protokoll sagt mehr; schalten Sie es ein, um es noch einmal zu versuchen.</translation>
    </message>
    <message>
        <source>It gets these keys of yours: {names}.</source>
        <translation>Bekommt diese Ihrer Schlüssel: {names}.</translation>
    </message>
    <message>
        <source>It gets these settings: {names}.</source>
        <translation>Bekommt diese Einstellungen: {names}.</translation>
    </message>
    <message>
        <source>It gets these with each request: {names}.</source>
        <translation>Bekommt mit jeder Anfrage: {names}.</translation>
    </message>
    <message>
        <source>It has no network.</source>
        <translation>Hat kein Netz.</translation>
    </message>
    <message>
        <source>It has written nothing yet.</source>
        <translation>Es wurde noch nichts geschrieben.</translation>
    </message>
    <message>
        <source>It is brought from the internet by {program} when it is started. For this once it may reach any host.</source>
        <translation>Wird beim Start von {program} aus dem Internet geholt. Für dieses eine Mal darf er jeden Rechner erreichen.</translation>
    </message>
    <message>
        <source>It is kept in the keyring, and given to nobody else.</source>
        <translation>Steht im Schlüsselbund und wird sonst niemandem gegeben.</translation>
    </message>
    <message>
        <source>It is no text, or too long to be shown.</source>
        <translation>Kein Text, oder zu lang, um gezeigt zu werden.</translation>
    </message>
    <message>
        <source>It is signed by a key that is not known here yet.</source>
        <translation>Unterschrieben mit einem Schlüssel, der hier noch nicht bekannt ist.</translation>
    </message>
    <message>
        <source>It is started otherwise, or may do more, than what you agreed to.</source>
        <translation>Er wird anders gestartet oder darf mehr, als Sie zugestimmt haben.</translation>
    </message>
    <message>
        <source>It keeps itself from: {rule}</source>
        <translation>Hält sich selbst zurück: {rule}</translation>
    </message>
    <message>
        <source>It may be in your own network.</source>
        <translation>Kann in Ihrem eigenen Netz stehen.</translation>
    </message>
    <message>
        <source>It says it is by {publisher}, and nobody signed it.</source>
        <translation>Gibt an, von {publisher} zu sein; niemand hat es unterschrieben.</translation>
    </message>
    <message>
        <source>It says what it needs:</source>
        <translation>Er sagt, was er braucht:</translation>
    </message>
    <message>
        <source>It was taken back: {why}</source>
        <translation>Zurückgezogen: {why}</translation>
    </message>
    <message numerus="yes">
        <source>Its %n tool(s)</source>
        <translation>
            <numerusform>%n Werkzeug</numerusform>
            <numerusform>%n Werkzeuge</numerusform>
        </translation>
    </message>
    <message>
        <source>Its author says: “{reason}”</source>
        <translation>Der Autor sagt: „{reason}“</translation>
    </message>
    <message>
        <source>Its files are others than those that were installed. Install it again.</source>
        <translation>Seine Dateien sind andere als die installierten. Installieren Sie ihn neu.</translation>
    </message>
    <message>
        <source>Its files are others than those that you saw, so nothing of it is used.</source>
        <translation>Seine Dateien sind andere als die, die Sie gesehen haben; deshalb wird nichts davon verwendet.</translation>
    </message>
    <message>
        <source>Its files are unpacked; nothing of it is started yet.</source>
        <translation>Die Dateien werden ausgepackt; gestartet wird noch nichts.</translation>
    </message>
    <message>
        <source>Its folder and its settings are deleted. It cannot be undone.</source>
        <translation>Ordner und Einstellungen werden gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Its folder is deleted. It cannot be undone.</source>
        <translation>Sein Ordner wird gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Its name and description stand in each request.</source>
        <translation>Name und Beschreibung stehen in jeder Anfrage.</translation>
    </message>
    <message>
        <source>Its packs are others than yours: look at the difference, then follow it.</source>
        <translation>Seine Pakete sind andere als Ihre: sehen Sie sich den Unterschied an und folgen Sie dann.</translation>
    </message>
    <message>
        <source>Its settings and its keys are deleted. It cannot be undone.</source>
        <translation>Einstellungen und Schlüssel werden gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Its skills count in chats and jobs that work in this folder.</source>
        <translation>Seine Skills gelten in Chats und Aufträgen, die in diesem Ordner arbeiten.</translation>
    </message>
    <message>
        <source>Its text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Its tools say what they do at the hosts that it reaches. If you believe it, what they say decides when you are asked; if not, each call asks you.</source>
        <translation>Seine Werkzeuge sagen, was sie auf den Rechnern tun, die es erreicht. Glauben Sie es, entscheidet das darüber, wann Sie gefragt werden; sonst fragt jeder Aufruf.</translation>
    </message>
    <message>
        <source>Keep files of its own in a folder that nothing else is in.</source>
        <translation>Darf eigene Dateien in einem Ordner halten, in dem sonst nichts ist.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep things in Homard’s memory.</source>
        <translation>Darf sich etwas in Homards Gedächtnis merken.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Longest wait for a call, in seconds</source>
        <translation>Längste Wartezeit auf einen Aufruf, in Sekunden</translation>
    </message>
    <message>
        <source>Look at this first</source>
        <translation>Bitte zuerst ansehen</translation>
    </message>
    <message>
        <source>Look for an update</source>
        <translation>Nach Neuem suchen</translation>
    </message>
    <message>
        <source>Looks things up at its service, and changes nothing there.</source>
        <translation>Schlägt bei seinem Dienst nach und ändert dort nichts.</translation>
    </message>
    <message>
        <source>Looks things up; what is asked reaches others.</source>
        <translation>Schlägt nach; was gefragt wird, erreicht andere.</translation>
    </message>
    <message>
        <source>MCP server</source>
        <translation>MCP-Server</translation>
    </message>
    <message>
        <source>MCP servers</source>
        <translation>MCP-Server</translation>
    </message>
    <message>
        <source>MCP servers as JSON, or the address of a git repository with skills</source>
        <translation>MCP-Server als JSON, oder die Adresse eines Git-Repositorys mit Skills</translation>
    </message>
    <message>
        <source>Make and change files that a request names, where you can undo it.</source>
        <translation>Darf Dateien anlegen und ändern, die eine Anfrage nennt; Sie können es rückgängig machen.</translation>
    </message>
    <message>
        <source>Make, change and delete files in {to}, where you can undo it.</source>
        <translation>Darf Dateien in {to} anlegen, ändern und löschen; Sie können es rückgängig machen.</translation>
    </message>
    <message>
        <source>Needs the packs</source>
        <translation>Braucht die Pakete</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>New or changed: it is not used before you agree.</source>
        <translation>Neu oder geändert: es wird erst verwendet, wenn Sie zustimmen.</translation>
    </message>
    <message>
        <source>New tool: {name}</source>
        <translation>Neues Werkzeug: {name}</translation>
    </message>
    <message>
        <source>New: {path}</source>
        <translation>Neu: {path}</translation>
    </message>
    <message>
        <source>Nobody has looked at it yet.</source>
        <translation>Noch niemand hat ihn sich angesehen.</translation>
    </message>
    <message>
        <source>Nobody signed it, so nobody can tell who made it or who changed it.</source>
        <translation>Niemand hat es unterschrieben; deshalb weiß niemand, wer es gemacht oder geändert hat.</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Nicht gesetzt</translation>
    </message>
    <message>
        <source>Nothing chosen</source>
        <translation>Nichts gewählt</translation>
    </message>
    <message>
        <source>Nothing fits</source>
        <translation>Nichts passt</translation>
    </message>
    <message>
        <source>Nothing was added.</source>
        <translation>Es wurde nichts hinzugefügt.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Off in</source>
        <translation>Aus in</translation>
    </message>
    <message numerus="yes">
        <source>Offer all its %n tool(s).</source>
        <translation>
            <numerusform>Das %n Werkzeug anbieten.</numerusform>
            <numerusform>Alle %n Werkzeuge anbieten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Offer the tool {name}.</source>
        <translation>Das Werkzeug {name} anbieten.</translation>
    </message>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>On only in</source>
        <translation>An nur in</translation>
    </message>
    <message>
        <source>On, some of it waits</source>
        <translation>An, manches wartet</translation>
    </message>
    <message>
        <source>Go back to the version before</source>
        <translation>Zurück zur Version davor</translation>
    </message>
    <message>
        <source>Asking {name} what it offers…</source>
        <translation>Frage {name}, was es anbietet…</translation>
    </message>
    <message>
        <source>Before you go on</source>
        <translation>Bevor Sie fortfahren</translation>
    </message>
    <message>
        <source>Bringing in {name}…</source>
        <translation>{name} wird hinzugefügt…</translation>
    </message>
    <message>
        <source>Getting {name} ready…</source>
        <translation>{name} wird vorbereitet…</translation>
    </message>
    <message>
        <source>Looking for a newer {name}…</source>
        <translation>Suche nach einer neueren Version von {name}…</translation>
    </message>
    <message>
        <source>Offer its prompts.</source>
        <translation>Seine Vorlagen anbieten.</translation>
    </message>
    <message>
        <source>Offer what it has to read (its resources).</source>
        <translation>Anbieten, was er zu lesen hat (seine Ressourcen).</translation>
    </message>
    <message>
        <source>On, running</source>
        <translation>An, läuft</translation>
    </message>
    <message>
        <source>One on each line. What is added is agreed to before it is used.</source>
        <translation>In jeder Zeile einer. Was hinzukommt, wird erst nach Ihrer Zustimmung verwendet.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Pack</source>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Packs</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Plugin</source>
        <translation>Plugin</translation>
    </message>
    <message>
        <source>Plugins</source>
        <translation>Plugins</translation>
    </message>
    <message>
        <source>Publisher</source>
        <translation>Herausgeber</translation>
    </message>
    <message>
        <source>Put text into the clipboard.</source>
        <translation>Darf Text in die Zwischenablage legen.</translation>
    </message>
    <message>
        <source>Reach any host of the internet.</source>
        <translation>Darf jeden Rechner im Internet erreichen.</translation>
    </message>
    <message>
        <source>Reach {name} and ask for its tools?</source>
        <translation>{name} erreichen und nach Werkzeugen fragen?</translation>
    </message>
    <message>
        <source>Reach {to} over the internet.</source>
        <translation>Darf {to} über das Internet erreichen.</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Neu lesen</translation>
    </message>
    <message>
        <source>Read all of {to}, at any time.</source>
        <translation>Darf alles in {to} lesen, jederzeit.</translation>
    </message>
    <message>
        <source>Read files that a request names; it gets a copy of each.</source>
        <translation>Darf Dateien lesen, die eine Anfrage nennt; es bekommt von jeder eine Kopie.</translation>
    </message>
    <message>
        <source>Read the clipboard when one of its tools is used.</source>
        <translation>Darf die Zwischenablage lesen, wenn eines seiner Werkzeuge verwendet wird.</translation>
    </message>
    <message>
        <source>Reason of the author</source>
        <translation>Grund des Autors</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove {name}?</source>
        <translation>{name} entfernen?</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Replace {name}?</source>
        <translation>{name} ersetzen?</translation>
    </message>
    <message>
        <source>Review…</source>
        <translation>Ansehen…</translation>
    </message>
    <message>
        <source>Says it is</source>
        <translation>Nennt sich</translation>
    </message>
    <message>
        <source>Says it is by</source>
        <translation>Angeblich von</translation>
    </message>
    <message>
        <source>Search skills and plugins</source>
        <translation>Skills und Plugins durchsuchen</translation>
    </message>
    <message>
        <source>Send messages to {to}.</source>
        <translation>Darf Nachrichten an {to} senden.</translation>
    </message>
    <message>
        <source>Sends messages to others.</source>
        <translation>Sendet Nachrichten an andere.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message numerus="yes">
        <source>Show %n more tool(s)</source>
        <translation>
            <numerusform>%n weiteres Werkzeug zeigen</numerusform>
            <numerusform>%n weitere Werkzeuge zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Bitte anmelden</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Anmelden…</translation>
    </message>
    <message>
        <source>Signed by the key</source>
        <translation>Unterschrieben mit</translation>
    </message>
    <message>
        <source>Signed by {publisher}, key {fingerprint}.</source>
        <translation>Unterschrieben von {publisher}, Schlüssel {fingerprint}.</translation>
    </message>
    <message>
        <source>Signed in at</source>
        <translation>Angemeldet bei</translation>
    </message>
    <message>
        <source>Since you agreed</source>
        <translation>Seit Sie zugestimmt haben</translation>
    </message>
    <message>
        <source>Skill</source>
        <translation>Skill</translation>
    </message>
    <message>
        <source>Skills</source>
        <translation>Skills</translation>
    </message>
    <message>
        <source>Skills and plugins</source>
        <translation>Skills und Plugins</translation>
    </message>
    <message>
        <source>Skills of a working folder…</source>
        <translation>Skills eines Arbeitsordners…</translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation>Etwas fehlt</translation>
    </message>
    <message>
        <source>Speaks</source>
        <translation>Spricht</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Start automations that you set to wait for it.</source>
        <translation>Darf Automatisierungen starten, die darauf warten.</translation>
    </message>
    <message>
        <source>Start programs, for {to}, inside its own bounds.</source>
        <translation>Darf Programme starten, für {to}, in den eigenen Grenzen.</translation>
    </message>
    <message>
        <source>Start {name} and ask for its tools?</source>
        <translation>{name} starten und nach Werkzeugen fragen?</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Take a picture of the screen when one of its tools is used.</source>
        <translation>Darf ein Bild des Bildschirms machen, wenn eines seiner Werkzeuge verwendet wird.</translation>
    </message>
    <message>
        <source>Teach Homard more</source>
        <translation>Bringen Sie Homard mehr bei</translation>
    </message>
    <message>
        <source>Tell you something by a notification.</source>
        <translation>Darf Ihnen mit einer Benachrichtigung etwas sagen.</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>The file is gone.</source>
        <translation>Die Datei ist weg.</translation>
    </message>
    <message>
        <source>The file is new.</source>
        <translation>Die Datei ist neu.</translation>
    </message>
    <message>
        <source>The lock of the team cannot be read now. Try again later.</source>
        <translation>Die Liste des Teams kann gerade nicht gelesen werden. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>The model and commands may read its other files: {names}</source>
        <translation>Das Modell und Befehle dürfen seine übrigen Dateien lesen: {names}</translation>
    </message>
    <message>
        <source>The newest lines are last</source>
        <translation>Die neuesten Zeilen stehen unten</translation>
    </message>
    <message>
        <source>The server does not offer it any more.</source>
        <translation>Der Server bietet es nicht mehr an.</translation>
    </message>
    <message>
        <source>There is no newer version of {name}.</source>
        <translation>Es gibt keine neuere Version von {name}.</translation>
    </message>
    <message>
        <source>This is neither JSON with MCP servers nor the address of a git repository.</source>
        <translation>Das ist weder JSON mit MCP-Servern noch die Adresse eines Git-Repositorys.</translation>
    </message>
    <message>
        <source>This is started on your computer, in the sandbox: {command}</source>
        <translation>Das wird auf Ihrem Computer gestartet, in der Sandbox: {command}</translation>
    </message>
    <message>
        <source>To be known</source>
        <translation>Gut zu wissen</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Tool that is gone: {name}</source>
        <translation>Weggefallenes Werkzeug: {name}</translation>
    </message>
    <message numerus="yes">
        <source>Tools (%n)</source>
        <translation>
            <numerusform>Werkzeuge (%n)</numerusform>
            <numerusform>Werkzeuge (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Tools are more than their budget, so they are found when they are needed.</source>
        <translation>Die Werkzeuge sind mehr, als ihr Budget fasst; deshalb werden sie gesucht, wenn sie gebraucht werden.</translation>
    </message>
    <message>
        <source>Trust the key of {publisher}?</source>
        <translation>Dem Schlüssel von {publisher} vertrauen?</translation>
    </message>
    <message>
        <source>Trust this key</source>
        <translation>Diesem Schlüssel vertrauen</translation>
    </message>
    <message>
        <source>Try fewer words, or another kind.</source>
        <translation>Versuchen Sie weniger Wörter oder eine andere Art.</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>Ausschalten</translation>
    </message>
    <message>
        <source>Turn on</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Turn on {name}?</source>
        <translation>{name} einschalten?</translation>
    </message>
    <message>
        <source>Turn on…</source>
        <translation>Einschalten…</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Update {name}?</source>
        <translation>{name} aktualisieren?</translation>
    </message>
    <message>
        <source>Use {to}.</source>
        <translation>Darf {to} verwenden.</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Version {before} becomes {now}.</source>
        <translation>Aus Version {before} wird {now}.</translation>
    </message>
    <message>
        <source>Versions before</source>
        <translation>Frühere Versionen</translation>
    </message>
    <message>
        <source>Waiting for you to sign in to {name} in the browser…</source>
        <translation>Warte darauf, dass Sie sich im Browser bei {name} anmelden…</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Webseite</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich geändert hat</translation>
    </message>
    <message>
        <source>What comes in is off until you turn it on.</source>
        <translation>Was hinzukommt, ist aus, bis Sie es einschalten.</translation>
    </message>
    <message>
        <source>What is on takes about {total} tokens of each request.</source>
        <translation>Was an ist, braucht etwa {total} Tokens jeder Anfrage.</translation>
    </message>
    <message>
        <source>What it is for</source>
        <translation>Wofür es da ist</translation>
    </message>
    <message>
        <source>What it may do</source>
        <translation>Was es darf</translation>
    </message>
    <message>
        <source>What it may do; untick what you do not want</source>
        <translation>Was es darf; entfernen Sie den Haken bei dem, was Sie nicht wollen</translation>
    </message>
    <message>
        <source>What it must know first</source>
        <translation>Was vorher nötig ist</translation>
    </message>
    <message>
        <source>What it says of itself</source>
        <translation>Was es von sich sagt</translation>
    </message>
    <message>
        <source>What its tools are called with goes to {url}.</source>
        <translation>Womit seine Werkzeuge aufgerufen werden, geht an {url}.</translation>
    </message>
    <message>
        <source>What its tools say…</source>
        <translation>Was seine Werkzeuge sagen…</translation>
    </message>
    <message>
        <source>What the model reads</source>
        <translation>Was das Modell liest</translation>
    </message>
    <message>
        <source>What you agree to</source>
        <translation>Wozu Sie zustimmen</translation>
    </message>
    <message>
        <source>When it is read</source>
        <translation>Wird er gelesen</translation>
    </message>
    <message>
        <source>Where a task fits, the model reads its text and follows it. It can do no more than the chat or the job that reads it: your rules decide each step.</source>
        <translation>Passt eine Aufgabe, liest das Modell seinen Text und folgt ihm. Er kann nicht mehr als der Chat oder Auftrag, der ihn liest: Ihre Regeln entscheiden über jeden Schritt.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Working folder with skills of its own</source>
        <translation>Arbeitsordner mit eigenen Skills</translation>
    </message>
    <message>
        <source>Working on {name}…</source>
        <translation>Arbeite an {name}…</translation>
    </message>
    <message>
        <source>Works now</source>
        <translation>Arbeitet gerade</translation>
    </message>
    <message>
        <source>Works on this computer alone.</source>
        <translation>Arbeitet nur auf diesem Computer.</translation>
    </message>
    <message>
        <source>Writes the files in: {names}, where you can undo it.</source>
        <translation>Schreibt die Dateien in: {names}; rückgängig zu machen.</translation>
    </message>
    <message>
        <source>You are signed in to {name}.</source>
        <translation>Sie sind bei {name} angemeldet.</translation>
    </message>
    <message>
        <source>You changed the one that is there; your changes would be lost.</source>
        <translation>Sie haben den vorhandenen geändert; Ihre Änderungen gingen verloren.</translation>
    </message>
    <message>
        <source>You have all of it.</source>
        <translation>Sie haben alles davon.</translation>
    </message>
    <message>
        <source>You left it out, so it is not used.</source>
        <translation>Sie haben es weggelassen; deshalb wird es nicht verwendet.</translation>
    </message>
    <message>
        <source>about {count} tokens</source>
        <translation>etwa {count} Tokens</translation>
    </message>
    <message>
        <source>any program</source>
        <translation>beliebige Programme</translation>
    </message>
    <message>
        <source>being written</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>comes with Homard</source>
        <translation>gehört zu Homard</translation>
    </message>
    <message>
        <source>found when it is needed</source>
        <translation>wird bei Bedarf gefunden</translation>
    </message>
    <message>
        <source>it is no text</source>
        <translation>es ist kein Text</translation>
    </message>
    <message>
        <source>lock {number} of {day}</source>
        <translation>Liste {number} vom {day}</translation>
    </message>
    <message>
        <source>not used yet</source>
        <translation>noch nicht verwendet</translation>
    </message>
    <message>
        <source>of the pack {name}</source>
        <translation>aus dem Paket {name}</translation>
    </message>
    <message>
        <source>of your team</source>
        <translation>Ihres Teams</translation>
    </message>
    <message>
        <source>process {pid}, {memory}</source>
        <translation>Prozess {pid}, {memory}</translation>
    </message>
    <message>
        <source>the file that you set as “{title}”</source>
        <translation>der Datei, die Sie als „{title}“ gesetzt haben,</translation>
    </message>
    <message>
        <source>the folder that you set as “{title}”</source>
        <translation>dem Ordner, den Sie als „{title}“ gesetzt haben,</translation>
    </message>
    <message>
        <source>the key that you set as “{title}”</source>
        <translation>den Schlüssel, den Sie als „{title}“ gesetzt haben,</translation>
    </message>
    <message>
        <source>the key {name}</source>
        <translation>den Schlüssel {name}</translation>
    </message>
    <message>
        <source>used {moment}</source>
        <translation>zuletzt verwendet: {moment}</translation>
    </message>
    <message>
        <source>what you set as “{title}”</source>
        <translation>was Sie als „{title}“ gesetzt haben,</translation>
    </message>
    <message>
        <source>{count} tokens in each request</source>
        <translation>{count} Tokens in jeder Anfrage</translation>
    </message>
    <message>
        <source>{count} tokens in each request if it is on</source>
        <translation>eingeschaltet {count} Tokens in jeder Anfrage</translation>
    </message>
    <message numerus="yes">
        <source>{folder} has more than %n skill(s): too many to agree to at once.</source>
        <translation>
            <numerusform>{folder} hat mehr als %n Skill: zu viele, um ihnen auf einmal zuzustimmen.</numerusform>
            <numerusform>{folder} hat mehr als %n Skills: zu viele, um ihnen auf einmal zuzustimmen.</numerusform>
        </translation>
    </message>
    <message>
        <source>{folder} has no skills of its own (.agents/skills, .claude/skills).</source>
        <translation>{folder} hat keine eigenen Skills (.agents/skills, .claude/skills).</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} und %n weitere</numerusform>
            <numerusform>{names} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} are there already, so nothing was added. Remove them first.</source>
        <translation>{names} sind schon da; deshalb wurde nichts hinzugefügt. Entfernen Sie sie zuerst.</translation>
    </message>
    <message>
        <source>{name} changed while you read, so it was not taken. Look at it again.</source>
        <translation>{name} hat sich geändert, während Sie gelesen haben, und wurde nicht übernommen. Sehen Sie es sich noch einmal an.</translation>
    </message>
    <message>
        <source>{name} changed while you read, so it was not turned on. Look at it again.</source>
        <translation>{name} hat sich geändert, während Sie gelesen haben, und wurde nicht eingeschaltet. Sehen Sie es sich noch einmal an.</translation>
    </message>
    <message>
        <source>{name} changed while you read, so nothing was changed. Look at it again.</source>
        <translation>{name} hat sich geändert, während Sie gelesen haben; es wurde nichts geändert. Sehen Sie es sich noch einmal an.</translation>
    </message>
    <message>
        <source>{name} is there already, and it is the same.</source>
        <translation>{name} ist schon da, und zwar genau so.</translation>
    </message>
    <message>
        <source>{name} is {version} again. It is off until you turn it on.</source>
        <translation>{name} ist wieder {version}. Es ist aus, bis Sie es einschalten.</translation>
    </message>
    <message>
        <source>{name} needs you</source>
        <translation>{name} braucht Sie</translation>
    </message>
    <message>
        <source>{name} starts anew when it is used next.</source>
        <translation>{name} startet neu, wenn es das nächste Mal verwendet wird.</translation>
    </message>
    <message>
        <source>{place} cannot be read ({why}). Nothing was added.</source>
        <translation>{place} kann nicht gelesen werden ({why}). Es wurde nichts hinzugefügt.</translation>
    </message>
    <message>
        <source>{place} is not there any more.</source>
        <translation>{place} ist nicht mehr da.</translation>
    </message>
    <message>
        <source>{place} is the folder of an MCP bundle. Drop its file (.mcpb) instead.</source>
        <translation>{place} ist der Ordner eines MCP-Bündels. Legen Sie stattdessen seine Datei (.mcpb) ab.</translation>
    </message>
    <message>
        <source>{place} was not added: it is no folder or archive with SKILL.md, plugin.toml, pack.toml or an MCP bundle, and no JSON with MCP servers.</source>
        <translation>{place} wurde nicht hinzugefügt: es ist kein Ordner oder Archiv mit SKILL.md, plugin.toml, pack.toml oder einem MCP-Bündel und kein JSON mit MCP-Servern.</translation>
    </message>
    <message>
        <source>{source}; changed since then</source>
        <translation>{source}; seitdem geändert</translation>
    </message>
    <message>
        <source>{version} by {publisher}</source>
        <translation>{version} von {publisher}</translation>
    </message>
    <message>
        <source>{version}, not signed</source>
        <translation>{version}, nicht unterschrieben</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… und %n weitere</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more file(s)</source>
        <translation>
            <numerusform>… und %n weitere Datei</numerusform>
            <numerusform>… und %n weitere Dateien</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>less than $0.0001</source>
        <translation>weniger als $0,0001</translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation>Preis unbekannt</translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation>{h} h {m} min</translation>
    </message>
    <message>
        <source>{input} tokens in ({cached} cached), {output} out</source>
        <translation>{input} Tokens gelesen ({cached} aus dem Cache), {output} geschrieben</translation>
    </message>
    <message>
        <source>{input} tokens in, {output} out</source>
        <translation>{input} Tokens gelesen, {output} geschrieben</translation>
    </message>
    <message>
        <source>{m} min {s} s</source>
        <translation>{m} min {s} s</translation>
    </message>
    <message>
        <source>{n} ms</source>
        <translation>{n} ms</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} s</translation>
    </message>
</context>
<context>
    <name>First run</name>
    <message>
        <source>1  How should it think?</source>
        <translation>1  Womit soll es denken?</translation>
    </message>
    <message>
        <source>2  In which folder?</source>
        <translation>2  In welchem Ordner?</translation>
    </message>
    <message>
        <source>3  What shall it do first?</source>
        <translation>3  Was soll es als Erstes tun?</translation>
    </message>
    <message>
        <source>A provider I have a key for</source>
        <translation>Ein Anbieter, für den ich einen Schlüssel habe</translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>Fragen Sie etwas</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>First prompt</source>
        <translation>Erste Eingabe</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Looking for model servers on this computer…</source>
        <translation>Suche nach Modellservern auf diesem Computer…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name a folder.</source>
        <translation>Geben Sie einen Ordner an.</translation>
    </message>
    <message>
        <source>Name a model.</source>
        <translation>Geben Sie ein Modell an.</translation>
    </message>
    <message>
        <source>New chats work with what is in it. What is changed there can be undone; anything that cannot be asks you first.</source>
        <translation>Neue Chats arbeiten mit dem, was darin ist. Was dort geändert wird, lässt sich rückgängig machen; vor allem anderen werden Sie gefragt.</translation>
    </message>
    <message>
        <source>No model server was found on this computer.</source>
        <translation>Auf diesem Computer wurde kein Modellserver gefunden.</translation>
    </message>
    <message>
        <source>Not installed here. It comes with pip install &apos;homard[local]&apos;.</source>
        <translation>Hier nicht installiert. Es kommt mit pip install &apos;homard[local]&apos;.</translation>
    </message>
    <message>
        <source>Paste the key first.</source>
        <translation>Fügen Sie zuerst den Schlüssel ein.</translation>
    </message>
    <message>
        <source>Paste the key here</source>
        <translation>Schlüssel hier einfügen</translation>
    </message>
    <message>
        <source>Path of a folder</source>
        <translation>Pfad eines Ordners</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>The folder cannot be made ({reason}). Name another.</source>
        <translation>Der Ordner kann nicht angelegt werden ({reason}). Geben Sie einen anderen an.</translation>
    </message>
    <message>
        <source>The model that comes with Homard, on this computer</source>
        <translation>Das mitgelieferte Modell, auf diesem Computer</translation>
    </message>
    <message>
        <source>There is no such folder. Name one that is there.</source>
        <translation>Diesen Ordner gibt es nicht. Geben Sie einen vorhandenen an.</translation>
    </message>
    <message>
        <source>Three choices, and you can begin. Each can be changed later, in Settings.</source>
        <translation>Dreimal wählen, und es kann losgehen. Alles lässt sich später in den Einstellungen ändern.</translation>
    </message>
    <message>
        <source>Welcome to Homard</source>
        <translation>Willkommen bei Homard</translation>
    </message>
    <message>
        <source>What is in this folder?</source>
        <translation>What is in this folder?</translation>
    </message>
    <message>
        <source>Which folder?</source>
        <translation>Welcher Ordner?</translation>
    </message>
    <message>
        <source>Works at once, and nothing leaves this computer. It is a very small model: good for a look around, weak at real work.</source>
        <translation>Funktioniert sofort, und nichts verlässt diesen Computer. Es ist ein sehr kleines Modell, das nur Englisch versteht: gut zum Umsehen, schwach bei echter Arbeit.</translation>
    </message>
    <message>
        <source>{name}, found running</source>
        <translation>{name}, läuft bereits</translation>
    </message>
</context>
<context>
    <name>Hotkey</name>
    <message>
        <source>Another program already uses these keys. Choose others, or free them there.</source>
        <translation>Ein anderes Programm verwendet diese Tasten bereits. Wählen Sie andere, oder geben Sie sie dort frei.</translation>
    </message>
    <message>
        <source>No keys are chosen.</source>
        <translation>Keine Tasten gewählt.</translation>
    </message>
    <message>
        <source>Open the quick prompt</source>
        <translation>Schnelleingabe öffnen</translation>
    </message>
    <message>
        <source>The desktop is being asked for these keys.</source>
        <translation>Diese Tasten werden bei der Arbeitsumgebung angefragt.</translation>
    </message>
    <message>
        <source>These keys cannot be used everywhere. Choose Ctrl, Alt or Meta with a key.</source>
        <translation>Diese Tasten gehen nicht überall. Wählen Sie Ctrl, Alt oder Meta mit einer Taste.</translation>
    </message>
    <message>
        <source>This desktop gives programs no global keys. In its keyboard settings, bind the keys to the command {command}.</source>
        <translation>Diese Arbeitsumgebung gibt Programmen keine globalen Tasten. Verbinden Sie die Tasten in ihren Tastatureinstellungen mit dem Befehl {command}.</translation>
    </message>
    <message>
        <source>This keyboard has no such key. Choose other keys.</source>
        <translation>Diese Tastatur hat keine solche Taste. Wählen Sie andere Tasten.</translation>
    </message>
</context>
<context>
    <name>JobEditor</name>
    <message numerus="yes">
        <source>%n thing(s) to be mended before it can be saved</source>
        <translation>
            <numerusform>%n Angabe ist zu ändern, bevor er gespeichert werden kann</numerusform>
            <numerusform>%n Angaben sind zu ändern, bevor er gespeichert werden kann</numerusform>
        </translation>
    </message>
    <message>
        <source>A file</source>
        <translation>Eine Datei</translation>
    </message>
    <message>
        <source>A file or folder.</source>
        <translation>Eine Datei oder ein Ordner.</translation>
    </message>
    <message>
        <source>A notification</source>
        <translation>Eine Benachrichtigung</translation>
    </message>
    <message>
        <source>A plugin</source>
        <translation>Ein Plugin</translation>
    </message>
    <message>
        <source>A rehearsal asks the model and reads, but changes and sends nothing. It shows what the job would do, and you choose what it may do by itself. Until you save, the job starts nothing.</source>
        <translation>Eine Probe fragt das Modell und liest, ändert und sendet aber nichts. Sie zeigt, was der Auftrag tun würde, und Sie wählen, was er von selbst darf. Bis Sie speichern, startet er nichts.</translation>
    </message>
    <message>
        <source>A run that reaches one of them ends; its work is kept.</source>
        <translation>Ein Lauf, der eine davon erreicht, endet; seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>Add a trigger</source>
        <translation>Auslöser hinzufügen</translation>
    </message>
    <message>
        <source>All that it would have changed or sent:</source>
        <translation>Alles, was er geändert oder gesendet hätte:</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Among the chats</source>
        <translation>Zu den Chats</translation>
    </message>
    <message>
        <source>Ask me</source>
        <translation>Mich fragen</translation>
    </message>
    <message>
        <source>At</source>
        <translation>Um</translation>
    </message>
    <message>
        <source>At equal distances</source>
        <translation>In gleichen Abständen</translation>
    </message>
    <message>
        <source>At most so many hours late</source>
        <translation>Höchstens so viele Stunden zu spät</translation>
    </message>
    <message>
        <source>At most so many of them</source>
        <translation>Höchstens so viele davon</translation>
    </message>
    <message>
        <source>At set times</source>
        <translation>Zu festen Zeiten</translation>
    </message>
    <message>
        <source>Beside reading in its folders and writing where it may: nothing. It asks you.</source>
        <translation>Außer in seinen Ordnern zu lesen und zu schreiben, wo er darf: nichts. Er fragt Sie.</translation>
    </message>
    <message>
        <source>But not</source>
        <translation>Aber nicht</translation>
    </message>
    <message>
        <source>By cron fields</source>
        <translation>Nach Cron-Feldern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose at least one.</source>
        <translation>Wählen Sie mindestens eines.</translation>
    </message>
    <message>
        <source>Choose one</source>
        <translation>Bitte wählen</translation>
    </message>
    <message>
        <source>Costs only when you start it.</source>
        <translation>Kostet nur, wenn Sie ihn starten.</translation>
    </message>
    <message>
        <source>Cron fields</source>
        <translation>Cron-Felder</translation>
    </message>
    <message>
        <source>Day and time, as 2026-12-24 15:00.</source>
        <translation>Tag und Uhrzeit, etwa 2026-12-24 15:00.</translation>
    </message>
    <message>
        <source>Dollars a day</source>
        <translation>Dollar am Tag</translation>
    </message>
    <message>
        <source>Dollars a month</source>
        <translation>Dollar im Monat</translation>
    </message>
    <message>
        <source>Dollars for a run</source>
        <translation>Dollar für einen Lauf</translation>
    </message>
    <message>
        <source>Due while Homard was off or the computer slept.</source>
        <translation>Fällig, während Homard aus war oder der Computer schlief.</translation>
    </message>
    <message>
        <source>Due while it still works</source>
        <translation>Fällig, während er noch arbeitet</translation>
    </message>
    <message>
        <source>Each day</source>
        <translation>Jeden Tag</translation>
    </message>
    <message>
        <source>Each hour</source>
        <translation>Jede Stunde</translation>
    </message>
    <message>
        <source>Each month</source>
        <translation>Jeden Monat</translation>
    </message>
    <message>
        <source>Each weekday at 8:30 summarise new mail in ~/Mail</source>
        <translation>Jeden Werktag um 8:30 die neuen Mails in ~/Mail zusammenfassen</translation>
    </message>
    <message>
        <source>Edit job</source>
        <translation>Auftrag bearbeiten</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Every few minutes</source>
        <translation>Alle paar Minuten</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Files it depends on</source>
        <translation>Dateien, von denen er abhängt</translation>
    </message>
    <message>
        <source>Fill in</source>
        <translation>Ausfüllen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folders in it too</source>
        <translation>Auch Ordner darin</translation>
    </message>
    <message>
        <source>For all that come together</source>
        <translation>Für alle, die zusammen kommen</translation>
    </message>
    <message>
        <source>For each file</source>
        <translation>Für jede Datei</translation>
    </message>
    <message>
        <source>Forecast: {words}.</source>
        <translation>Vorhersage: {words}.</translation>
    </message>
    <message>
        <source>Further folders, one on each line.</source>
        <translation>Weitere Ordner, einer je Zeile.</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>Geben Sie ihm einen Namen.</translation>
    </message>
    <message>
        <source>Go on editing</source>
        <translation>Weiter bearbeiten</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>Wie oft</translation>
    </message>
    <message>
        <source>In quiet hours</source>
        <translation>In den Ruhezeiten</translation>
    </message>
    <message>
        <source>In the folder it may write in; {date}, {time} and {job} stand for what they say.</source>
        <translation>In dem Ordner, in den er schreiben darf; {date}, {time} und {job} stehen für Datum, Uhrzeit und Namen.</translation>
    </message>
    <message>
        <source>Insert {name}</source>
        <translation>{name} einfügen</translation>
    </message>
    <message>
        <source>It cannot be saved yet: {why}</source>
        <translation>Er kann noch nicht gespeichert werden: {why}</translation>
    </message>
    <message>
        <source>It gets the whole answer of each run, whatever that holds.</source>
        <translation>Es bekommt von jedem Lauf die ganze Antwort, was auch darin steht.</translation>
    </message>
    <message numerus="yes">
        <source>It is rehearsed: %n use(s) of tools so far.</source>
        <translation>
            <numerusform>Er wird geprobt: bisher %n Werkzeugaufruf.</numerusform>
            <numerusform>Er wird geprobt: bisher %n Werkzeugaufrufe.</numerusform>
        </translation>
    </message>
    <message>
        <source>It may read everything in this folder.</source>
        <translation>Er darf alles in diesem Ordner lesen.</translation>
    </message>
    <message>
        <source>It must be at least 10 seconds.</source>
        <translation>Es müssen mindestens 10 Sekunden sein.</translation>
    </message>
    <message>
        <source>It needed nothing that it may not do.</source>
        <translation>Er brauchte nichts, was er nicht darf.</translation>
    </message>
    <message>
        <source>It runs</source>
        <translation>Er läuft</translation>
    </message>
    <message>
        <source>It runs in the working folder, in the sandbox, without the network.</source>
        <translation>Er läuft im Arbeitsordner, in der Sandbox, ohne Netz.</translation>
    </message>
    <message>
        <source>It starts by itself once it is saved</source>
        <translation>Nach dem Speichern startet er von selbst</translation>
    </message>
    <message>
        <source>It was changed meanwhile; version {number} is the last one. Your entries are kept here: look at its versions, or save again to put yours in its place.</source>
        <translation>Er wurde inzwischen geändert; Version {number} ist die letzte. Ihre Eingaben bleiben hier: sehen Sie sich die Versionen an, oder speichern Sie noch einmal, um Ihre an deren Stelle zu setzen.</translation>
    </message>
    <message>
        <source>It was stopped before its end.</source>
        <translation>Sie wurde vor ihrem Ende angehalten.</translation>
    </message>
    <message>
        <source>It would also have to do this. What you do not allow, it asks for:</source>
        <translation>Er müsste auch dies tun. Was Sie nicht erlauben, fragt er:</translation>
    </message>
    <message>
        <source>Its trigger</source>
        <translation>Sein Auslöser</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Leave them out</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Leave without saving?</source>
        <translation>Ohne Speichern verlassen?</translation>
    </message>
    <message>
        <source>Let one wait</source>
        <translation>Einen warten lassen</translation>
    </message>
    <message>
        <source>Letters, digits, _ and - only.</source>
        <translation>Nur Buchstaben, Ziffern, _ und -.</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Looked at before a model is called: a run that is not needed costs nothing.</source>
        <translation>Wird geprüft, bevor ein Modell gefragt wird: ein unnötiger Lauf kostet nichts.</translation>
    </message>
    <message>
        <source>May read as well</source>
        <translation>Darf auch lesen</translation>
    </message>
    <message>
        <source>May write in</source>
        <translation>Darf schreiben in</translation>
    </message>
    <message>
        <source>Minute, hour, day of the month, month, day of the week (0 is Sunday).</source>
        <translation>Minute, Stunde, Tag des Monats, Monat, Wochentag (0 ist Sonntag).</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>Minutes for a run</source>
        <translation>Minuten für einen Lauf</translation>
    </message>
    <message>
        <source>Minutes past the hour</source>
        <translation>Minuten nach der vollen Stunde</translation>
    </message>
    <message>
        <source>Missed runs</source>
        <translation>Verpasste Läufe</translation>
    </message>
    <message>
        <source>Missed runs, overlap and failures</source>
        <translation>Verpasste Läufe, Überschneidung und Fehlschläge</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Monday to Friday</source>
        <translation>Montag bis Freitag</translation>
    </message>
    <message>
        <source>More than headings, comments and empty lines.</source>
        <translation>Mehr als Überschriften, Kommentare und leere Zeilen.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Neither the files below nor the task, since its last run.</source>
        <translation>Weder die Dateien unten noch die Aufgabe, seit dem letzten Lauf.</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>Neuer Auftrag</translation>
    </message>
    <message>
        <source>Next: when a plugin has something to tell</source>
        <translation>Als Nächstes: wenn ein Plugin etwas meldet</translation>
    </message>
    <message>
        <source>Next: when files come</source>
        <translation>Nächster Lauf: wenn Dateien kommen</translation>
    </message>
    <message>
        <source>Next: {moments}</source>
        <translation>Nächste Läufe: {moments}</translation>
    </message>
    <message>
        <source>None that is on takes answers</source>
        <translation>Keins, das an ist, nimmt Antworten</translation>
    </message>
    <message>
        <source>Nothing has changed</source>
        <translation>Nichts hat sich geändert</translation>
    </message>
    <message>
        <source>Nothing of it is to come</source>
        <translation>Es steht kein Lauf mehr bevor</translation>
    </message>
    <message>
        <source>Nothing of it starts in these hours.</source>
        <translation>In diesen Stunden startet er nicht.</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Am</translation>
    </message>
    <message>
        <source>On a metered network</source>
        <translation>Im getakteten Netz</translation>
    </message>
    <message>
        <source>On battery</source>
        <translation>Im Akkubetrieb</translation>
    </message>
    <message>
        <source>On day</source>
        <translation>Am Tag</translation>
    </message>
    <message>
        <source>On days of the week</source>
        <translation>An Wochentagen</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>Einmal</translation>
    </message>
    <message>
        <source>Only if</source>
        <translation>Nur wenn</translation>
    </message>
    <message>
        <source>Only its history</source>
        <translation>Nur in seinen Verlauf</translation>
    </message>
    <message>
        <source>Or begin with a template</source>
        <translation>Oder mit einer Vorlage beginnen</translation>
    </message>
    <message>
        <source>Other than the last one in: {parts}. Save to take it again.</source>
        <translation>Anders als die letzte in: {parts}. Speichern Sie, um sie wieder zu nehmen.</translation>
    </message>
    <message>
        <source>Paths in the working folder, one on each line; * stands for anything.</source>
        <translation>Pfade im Arbeitsordner, einer je Zeile; * steht für alles.</translation>
    </message>
    <message>
        <source>Patterns such as *.pdf, between them a comma.</source>
        <translation>Muster wie *.pdf, dazwischen ein Komma.</translation>
    </message>
    <message>
        <source>Pauses after failures in a row</source>
        <translation>Pausiert nach Fehlschlägen in Folge</translation>
    </message>
    <message>
        <source>Permission</source>
        <translation>Erlaubnis</translation>
    </message>
    <message>
        <source>Plugin</source>
        <translation>Plugin</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>Ruhe ab</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>Ruhezeiten</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>Ruhe bis</translation>
    </message>
    <message>
        <source>Rehearse</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>Remove trigger {number}</source>
        <translation>Auslöser {number} entfernen</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>Trotzdem laufen</translation>
    </message>
    <message>
        <source>Run both</source>
        <translation>Beide laufen lassen</translation>
    </message>
    <message>
        <source>Run for each of them</source>
        <translation>Für jeden davon laufen</translation>
    </message>
    <message>
        <source>Run once for all of them</source>
        <translation>Einmal für alle laufen</translation>
    </message>
    <message>
        <source>Runs a day</source>
        <translation>Läufe am Tag</translation>
    </message>
    <message>
        <source>Runs only when you start it</source>
        <translation>Läuft nur, wenn Sie ihn starten</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Say in which folder it works.</source>
        <translation>Sagen Sie, in welchem Ordner er arbeitet.</translation>
    </message>
    <message>
        <source>Say it in a sentence</source>
        <translation>Sagen Sie es in einem Satz</translation>
    </message>
    <message>
        <source>Say what is to be done.</source>
        <translation>Sagen Sie, was zu tun ist.</translation>
    </message>
    <message>
        <source>Say which folder is to be watched.</source>
        <translation>Sagen Sie, welcher Ordner überwacht werden soll.</translation>
    </message>
    <message>
        <source>Seconds a file must keep still</source>
        <translation>Sekunden, die eine Datei ruhen muss</translation>
    </message>
    <message>
        <source>Something is written in</source>
        <translation>Es steht etwas in</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Steps in a run</source>
        <translation>Schritte in einem Lauf</translation>
    </message>
    <message>
        <source>Stop the rehearsal</source>
        <translation>Probe anhalten</translation>
    </message>
    <message>
        <source>Summarise the new mail exports in {folder} in five sentences.</source>
        <translation>Fasse die neuen Mails in {folder} in fünf Sätzen zusammen.</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>The answer goes to</source>
        <translation>Die Antwort geht an</translation>
    </message>
    <message>
        <source>The default one</source>
        <translation>Das Standardmodell</translation>
    </message>
    <message>
        <source>The history has it in any case; what failed or needs you is always told.</source>
        <translation>Im Verlauf steht sie immer; was fehlschlug oder Sie braucht, wird immer gemeldet.</translation>
    </message>
    <message>
        <source>The last one. It changed: {parts}.</source>
        <translation>Die letzte. Sie änderte: {parts}.</translation>
    </message>
    <message>
        <source>The one folder it may change without asking, where it can be undone. Empty: none.</source>
        <translation>Der eine Ordner, den er ohne Rückfrage ändern darf, und zwar so, dass es rückgängig zu machen ist. Leer: keiner.</translation>
    </message>
    <message>
        <source>There is a job of that name already.</source>
        <translation>Einen Auftrag dieses Namens gibt es schon.</translation>
    </message>
    <message>
        <source>These stand for what they say when it runs:</source>
        <translation>Diese stehen beim Lauf für das, was sie nennen:</translation>
    </message>
    <message>
        <source>This command succeeds</source>
        <translation>Dieser Befehl gelingt</translation>
    </message>
    <message>
        <source>This is there</source>
        <translation>Dies ist da</translation>
    </message>
    <message>
        <source>This job was deleted meanwhile. Save again to make it a new one.</source>
        <translation>Dieser Auftrag wurde inzwischen gelöscht. Speichern Sie noch einmal, um ihn neu anzulegen.</translation>
    </message>
    <message>
        <source>This template is not there any more. Nothing was changed.</source>
        <translation>Diese Vorlage gibt es nicht mehr. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
    <message>
        <source>Tokens for a run</source>
        <translation>Tokens für einen Lauf</translation>
    </message>
    <message>
        <source>Trigger {number}</source>
        <translation>Auslöser {number}</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Uses of tools in a run</source>
        <translation>Werkzeugaufrufe in einem Lauf</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Wait until it is over</source>
        <translation>Warten, bis es vorbei ist</translation>
    </message>
    <message>
        <source>What changed meanwhile counts</source>
        <translation>Was sich inzwischen änderte, zählt</translation>
    </message>
    <message>
        <source>What is to be done</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>What it may do without asking</source>
        <translation>Was er ohne Rückfrage darf</translation>
    </message>
    <message>
        <source>What it would do</source>
        <translation>Was er tun würde</translation>
    </message>
    <message>
        <source>What you have entered is not stored. Without saving it is lost.</source>
        <translation>Was Sie eingegeben haben, ist nicht gespeichert. Ohne Speichern geht es verloren.</translation>
    </message>
    <message>
        <source>When a file</source>
        <translation>Wenn eine Datei</translation>
    </message>
    <message>
        <source>When a plugin tells</source>
        <translation>Wenn ein Plugin etwas meldet</translation>
    </message>
    <message>
        <source>When files change</source>
        <translation>Wenn sich Dateien ändern</translation>
    </message>
    <message>
        <source>When it must wait</source>
        <translation>Wann er warten muss</translation>
    </message>
    <message>
        <source>When it runs</source>
        <translation>Wann er läuft</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Where the answer goes</source>
        <translation>Wohin die Antwort geht</translation>
    </message>
    <message>
        <source>While Homard was not running.</source>
        <translation>Während Homard nicht lief.</translation>
    </message>
    <message>
        <source>While the screen is locked</source>
        <translation>Bei gesperrtem Bildschirm</translation>
    </message>
    <message>
        <source>Without a trigger it runs only when you start it.</source>
        <translation>Ohne Auslöser läuft er nur, wenn Sie ihn starten.</translation>
    </message>
    <message>
        <source>Works in</source>
        <translation>Arbeitet in</translation>
    </message>
    <message>
        <source>Write a time such as 08:30 or 22:00.</source>
        <translation>Schreiben Sie eine Uhrzeit wie 08:30 oder 22:00.</translation>
    </message>
    <message>
        <source>Write day and time as 2026-12-24 15:00.</source>
        <translation>Schreiben Sie Tag und Uhrzeit als 2026-12-24 15:00.</translation>
    </message>
    <message>
        <source>You have allowed all that it needed.</source>
        <translation>Sie haben alles erlaubt, was er brauchte.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiteres</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>Stunden</translation>
    </message>
    <message>
        <source>however late</source>
        <translation>egal wie spät</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>that of this computer</source>
        <translation>die dieses Computers</translation>
    </message>
    <message>
        <source>{number}, of {moment}</source>
        <translation>{number}, von {moment}</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) known</source>
        <translation>
            <numerusform>%n Datei bekannt</numerusform>
            <numerusform>%n Dateien bekannt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moment(s)</source>
        <translation>
            <numerusform>%n Zeitpunkt</numerusform>
            <numerusform>%n Zeitpunkte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) a day</source>
        <translation>
            <numerusform>%n Lauf am Tag</numerusform>
            <numerusform>%n Läufe am Tag</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n Sekunde</numerusform>
            <numerusform>%n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) of your jobs wait for you</source>
        <translation>
            <numerusform>%n Sache aus Ihren Aufträgen wartet auf Sie</numerusform>
            <numerusform>%n Sachen aus Ihren Aufträgen warten auf Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n use(s) of tools</source>
        <translation>
            <numerusform>%n Werkzeugaufruf</numerusform>
            <numerusform>%n Werkzeugaufrufe</numerusform>
        </translation>
    </message>
    <message>
        <source>A job is work that starts by itself: at set times, or when files come. It may do what you allow it beforehand, and asks you for anything else. Take one of these and make it yours, or begin with your own.</source>
        <translation>Ein Auftrag ist Arbeit, die von selbst beginnt: zu festen Zeiten oder wenn Dateien kommen. Er darf tun, was Sie ihm vorher erlauben, und fragt Sie nach allem anderen. Nehmen Sie einen von diesen und passen Sie ihn an, oder beginnen Sie mit einem eigenen.</translation>
    </message>
    <message>
        <source>A run may take at most {bounds}.</source>
        <translation>Ein Lauf darf höchstens brauchen: {bounds}.</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>About the job</source>
        <translation>Über den Auftrag</translation>
    </message>
    <message>
        <source>After a time off it asks you whether to run for what it missed.</source>
        <translation>Nach einer Pause fragt er Sie, ob er Verpasstes nachholen soll.</translation>
    </message>
    <message numerus="yes">
        <source>After a time off it runs for the last %n moment(s) it missed.</source>
        <translation>
            <numerusform>Nach einer Pause holt er den letzten %n verpassten Zeitpunkt nach.</numerusform>
            <numerusform>Nach einer Pause holt er die letzten %n verpassten Zeitpunkte nach.</numerusform>
        </translation>
    </message>
    <message>
        <source>After a time off it runs once for all it missed.</source>
        <translation>Nach einer Pause läuft er einmal für alles, was er verpasst hat.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>All its runs together: at most {bounds}.</source>
        <translation>Alle Läufe zusammen: höchstens {bounds}.</translation>
    </message>
    <message>
        <source>An earlier run of the job was still at work.</source>
        <translation>Ein früherer Lauf des Auftrags war noch bei der Arbeit.</translation>
    </message>
    <message>
        <source>An earlier run waited for your answer; this one would only have asked again.</source>
        <translation>Ein früherer Lauf wartete auf Ihre Antwort; dieser hätte nur noch einmal gefragt.</translation>
    </message>
    <message>
        <source>Anything else it asks you first, and waits for your answer.</source>
        <translation>Vor allem anderen fragt er Sie und wartet auf Ihre Antwort.</translation>
    </message>
    <message>
        <source>By the time it could start, it was later than the job allows.</source>
        <translation>Als er hätte starten können, war es später, als der Auftrag erlaubt.</translation>
    </message>
    <message>
        <source>Calendar of its next moments (*.ics)</source>
        <translation>Kalender der nächsten Zeitpunkte (*.ics)</translation>
    </message>
    <message>
        <source>Choose one to see what it does.</source>
        <translation>Wählen Sie einen aus, um zu sehen, was er tut.</translation>
    </message>
    <message>
        <source>Coming</source>
        <translation>Kommt</translation>
    </message>
    <message>
        <source>Cost so far</source>
        <translation>Bisherige Kosten</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Due {moment}</source>
        <translation>Fällig {moment}</translation>
    </message>
    <message>
        <source>Each time it is due you find it here: what came of it, or why it did not run.</source>
        <translation>Jedes Mal, wenn er fällig ist, steht es hier: was daraus wurde oder warum er nicht lief.</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten…</translation>
    </message>
    <message>
        <source>End it here</source>
        <translation>Hier beenden</translation>
    </message>
    <message>
        <source>Export this job</source>
        <translation>Diesen Auftrag exportieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>Voraussichtlich</translation>
    </message>
    <message>
        <source>From today</source>
        <translation>Ab heute</translation>
    </message>
    <message>
        <source>From {since} to {until} it is left out.</source>
        <translation>Von {since} bis {until} fällt er aus.</translation>
    </message>
    <message>
        <source>From {since} to {until} it waits.</source>
        <translation>Von {since} bis {until} wartet er.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Homard was not running then.</source>
        <translation>Homard lief zu dieser Zeit nicht.</translation>
    </message>
    <message>
        <source>Homard was too busy to start it in time.</source>
        <translation>Homard war zu beschäftigt, um ihn rechtzeitig zu starten.</translation>
    </message>
    <message>
        <source>Import a job</source>
        <translation>Einen Auftrag importieren</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>It cannot work as it is. Edit it: the form says what is wrong.</source>
        <translation>So kann er nicht arbeiten. Bearbeiten Sie ihn: Das Formular sagt, was nicht stimmt.</translation>
    </message>
    <message>
        <source>It changes nothing: for anything else it asks you first, and waits for your answer.</source>
        <translation>Er ändert nichts: Vor allem anderen fragt er Sie und wartet auf Ihre Antwort.</translation>
    </message>
    <message>
        <source>It did not run; nobody noted why.</source>
        <translation>Er lief nicht; warum, wurde nicht vermerkt.</translation>
    </message>
    <message>
        <source>It does not run when nothing has changed since its last run.</source>
        <translation>Er läuft nicht, wenn sich seit dem letzten Lauf nichts geändert hat.</translation>
    </message>
    <message>
        <source>It fell into the quiet hours of the job.</source>
        <translation>Es fiel in die Ruhezeit des Auftrags.</translation>
    </message>
    <message>
        <source>It is late because Homard was not running, and starts in a moment.</source>
        <translation>Er ist verspätet, weil Homard nicht lief, und startet gleich.</translation>
    </message>
    <message>
        <source>It is late because the clock was set, and starts in a moment.</source>
        <translation>Er ist verspätet, weil die Uhr gestellt wurde, und startet gleich.</translation>
    </message>
    <message>
        <source>It is late because the computer was asleep, and starts in a moment.</source>
        <translation>Er ist verspätet, weil der Computer schlief, und startet gleich.</translation>
    </message>
    <message>
        <source>It is late because the time zone changed, and starts in a moment.</source>
        <translation>Er ist verspätet, weil die Zeitzone gewechselt hat, und startet gleich.</translation>
    </message>
    <message>
        <source>It is left out while {states}.</source>
        <translation>Er fällt aus, solange {states}.</translation>
    </message>
    <message>
        <source>It is new here and starts nothing yet: read what it does, then resume it.</source>
        <translation>Er ist neu und startet noch nichts: Lesen Sie, was er tut, und setzen Sie ihn dann fort.</translation>
    </message>
    <message>
        <source>It kept starting itself, or jobs started each other, so it was stopped.</source>
        <translation>Er startete sich immer wieder selbst, oder Aufträge starteten einander; darum wurde er gestoppt.</translation>
    </message>
    <message numerus="yes">
        <source>It paused itself after %n failure(s) in a row. Look at the last one in its history, mend the cause, then resume it.</source>
        <translation>
            <numerusform>Er hat sich nach %n Fehlschlag angehalten. Sehen Sie ihn sich im Verlauf an, beheben Sie die Ursache und setzen Sie ihn dann fort.</numerusform>
            <numerusform>Er hat sich nach %n Fehlschlägen hintereinander angehalten. Sehen Sie sich den letzten im Verlauf an, beheben Sie die Ursache und setzen Sie ihn dann fort.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It pauses after %n failure(s) in a row.</source>
        <translation>
            <numerusform>Er hält sich nach %n Fehlschlag an.</numerusform>
            <numerusform>Er hält sich nach %n Fehlschlägen hintereinander an.</numerusform>
        </translation>
    </message>
    <message>
        <source>It runs at most {time} late.</source>
        <translation>Er läuft höchstens {time} verspätet.</translation>
    </message>
    <message>
        <source>It runs only if something is written in {path}.</source>
        <translation>Er läuft nur, wenn in {path} etwas steht.</translation>
    </message>
    <message>
        <source>It runs only if this command succeeds: {command}</source>
        <translation>Er läuft nur, wenn dieser Befehl gelingt: {command}</translation>
    </message>
    <message>
        <source>It runs only if {path} is there.</source>
        <translation>Er läuft nur, wenn es {path} gibt.</translation>
    </message>
    <message>
        <source>It starts in a moment, or when another job is done.</source>
        <translation>Er startet gleich, oder sobald ein anderer Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>It starts only when you press Run now.</source>
        <translation>Er startet nur, wenn Sie „Jetzt ausführen“ drücken.</translation>
    </message>
    <message>
        <source>It starts when a plugin has something to tell, not at set times.</source>
        <translation>Er beginnt, wenn ein Plugin etwas meldet, nicht zu festen Zeiten.</translation>
    </message>
    <message>
        <source>It starts when files come, not at set times.</source>
        <translation>Er startet, wenn Dateien kommen, nicht zu festen Zeiten.</translation>
    </message>
    <message>
        <source>It waited for your answer longer than it may.</source>
        <translation>Er hat länger auf Ihre Antwort gewartet, als er darf.</translation>
    </message>
    <message>
        <source>It waits for your permission, and goes on where it was when you have answered.</source>
        <translation>Er wartet auf Ihre Erlaubnis und macht nach Ihrer Antwort dort weiter, wo er war.</translation>
    </message>
    <message>
        <source>It waits until another job is done.</source>
        <translation>Er wartet, bis ein anderer Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>It waits until its earlier run is done.</source>
        <translation>Er wartet, bis sein früherer Lauf fertig ist.</translation>
    </message>
    <message>
        <source>It waits until the computer is on mains power.</source>
        <translation>Er wartet, bis der Computer am Stromnetz hängt.</translation>
    </message>
    <message>
        <source>It waits until the network is not a metered one.</source>
        <translation>Er wartet, bis das Netz kein getaktetes mehr ist.</translation>
    </message>
    <message>
        <source>It waits until the quiet hours are over.</source>
        <translation>Er wartet, bis die Ruhezeit vorbei ist.</translation>
    </message>
    <message>
        <source>It waits until the screen is unlocked.</source>
        <translation>Er wartet, bis der Bildschirm entsperrt ist.</translation>
    </message>
    <message>
        <source>It waits until you have answered its earlier run.</source>
        <translation>Wartet, bis Sie auf den früheren Lauf geantwortet haben.</translation>
    </message>
    <message>
        <source>It waits until you resume Homard.</source>
        <translation>Er wartet, bis Sie Homard fortsetzen.</translation>
    </message>
    <message>
        <source>It waits until you resume the job, which paused itself after failures.</source>
        <translation>Er wartet, bis Sie den Auftrag fortsetzen, der sich nach Fehlschlägen angehalten hat.</translation>
    </message>
    <message>
        <source>It waits until you resume the job, which was stopped because it kept starting itself.</source>
        <translation>Er wartet, bis Sie den Auftrag fortsetzen, der gestoppt wurde, weil er sich immer wieder selbst startete.</translation>
    </message>
    <message>
        <source>It waits until you resume the job.</source>
        <translation>Er wartet, bis Sie den Auftrag fortsetzen.</translation>
    </message>
    <message>
        <source>It waits while {states}.</source>
        <translation>Er wartet, solange {states}.</translation>
    </message>
    <message>
        <source>It waits: the money or the runs it may use are used up.</source>
        <translation>Er wartet: Das Geld oder die Läufe, die ihm zustehen, sind aufgebraucht.</translation>
    </message>
    <message>
        <source>It was interrupted several times, because Homard ended while it worked.</source>
        <translation>Er wurde mehrmals unterbrochen, weil Homard endete, während er arbeitete.</translation>
    </message>
    <message>
        <source>It was interrupted while it did something, and nobody knows whether that happened. Look at what it did, then say whether it should go on.</source>
        <translation>Er wurde mitten in einer Handlung unterbrochen, und niemand weiß, ob sie geschehen ist. Sehen Sie sich an, was er getan hat, und sagen Sie dann, ob er weitermachen soll.</translation>
    </message>
    <message>
        <source>It was interrupted, and starts again in a moment.</source>
        <translation>Er wurde unterbrochen und startet gleich noch einmal.</translation>
    </message>
    <message>
        <source>It was interrupted, nobody knows whether its last act happened, and you said it should not go on.</source>
        <translation>Er wurde unterbrochen, niemand weiß, ob seine letzte Handlung geschehen ist, und Sie sagten, er solle nicht weitermachen.</translation>
    </message>
    <message>
        <source>It was missed, and you said that it should not run.</source>
        <translation>Er wurde verpasst, und Sie sagten, er solle nicht laufen.</translation>
    </message>
    <message>
        <source>It was missed. Say whether it should run now.</source>
        <translation>Er wurde verpasst. Sagen Sie, ob er jetzt laufen soll.</translation>
    </message>
    <message>
        <source>It was stopped because it kept starting itself, or another job that starts it again. Change what it watches or writes, then resume it.</source>
        <translation>Er wurde gestoppt, weil er sich immer wieder selbst startete oder einen anderen Auftrag, der ihn wieder startet. Ändern Sie, was er überwacht oder schreibt, und setzen Sie ihn dann fort.</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>Er wurde gestoppt.</translation>
    </message>
    <message>
        <source>Its answer is added to {file}.</source>
        <translation>Seine Antwort wird an {file} angehängt.</translation>
    </message>
    <message>
        <source>Its answer is given to a plugin: {plugin}.</source>
        <translation>Seine Antwort bekommt ein Plugin: {plugin}.</translation>
    </message>
    <message>
        <source>Its condition did not hold, so no model was asked.</source>
        <translation>Seine Bedingung traf nicht zu, also wurde kein Modell gefragt.</translation>
    </message>
    <message>
        <source>Its run did not succeed.</source>
        <translation>Sein Lauf ist nicht gelungen.</translation>
    </message>
    <message>
        <source>Its runs are among your chats.</source>
        <translation>Seine Läufe stehen bei Ihren Chats.</translation>
    </message>
    <message>
        <source>Its times are over. Edit it to give it new ones.</source>
        <translation>Seine Zeiten sind vorbei. Bearbeiten Sie ihn, um ihm neue zu geben.</translation>
    </message>
    <message>
        <source>Job file (*.toml)</source>
        <translation>Auftragsdatei (*.toml)</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Jobs that wait for files, or that are paused, have no moments of their own.</source>
        <translation>Aufträge, die auf Dateien warten oder angehalten sind, haben keine eigenen Zeitpunkte.</translation>
    </message>
    <message>
        <source>Jobs to begin with</source>
        <translation>Aufträge für den Anfang</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Let Homard work by itself</source>
        <translation>Lassen Sie Homard von selbst arbeiten</translation>
    </message>
    <message>
        <source>May read files in {where}.</source>
        <translation>Darf Dateien lesen in {where}.</translation>
    </message>
    <message>
        <source>May write and delete files in {where}, where you can undo it.</source>
        <translation>Darf Dateien schreiben und löschen in {where}, wo Sie es rückgängig machen können.</translation>
    </message>
    <message>
        <source>May {what} in {where}.</source>
        <translation>Darf in {where} {what}.</translation>
    </message>
    <message>
        <source>May {what}: {where}.</source>
        <translation>Darf {what}: {where}.</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Verpasst</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>More were missed than the job catches up with.</source>
        <translation>Es wurden mehr verpasst, als der Auftrag nachholt.</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message numerus="yes">
        <source>Needs you (%n)</source>
        <translation>
            <numerusform>Wartet auf Sie (%n)</numerusform>
            <numerusform>Wartet auf Sie (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>New job</source>
        <translation>Neuer Auftrag</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Nächstes Mal</translation>
    </message>
    <message>
        <source>No job chosen</source>
        <translation>Kein Auftrag ausgewählt</translation>
    </message>
    <message>
        <source>No job fits</source>
        <translation>Kein Auftrag passt</translation>
    </message>
    <message>
        <source>Nothing had changed since the last run, so no model was asked.</source>
        <translation>Seit dem letzten Lauf hatte sich nichts geändert, also wurde kein Modell gefragt.</translation>
    </message>
    <message>
        <source>Nothing is due in these days</source>
        <translation>In diesen Tagen ist nichts fällig</translation>
    </message>
    <message>
        <source>Nothing is planned</source>
        <translation>Nichts ist geplant</translation>
    </message>
    <message>
        <source>Nothing of that kind</source>
        <translation>Nichts dieser Art</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>Chat öffnen</translation>
    </message>
    <message>
        <source>Open its chat</source>
        <translation>Seinen Chat öffnen</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Vorbei</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Run it now</source>
        <translation>Jetzt ausführen</translation>
    </message>
    <message>
        <source>Run now</source>
        <translation>Jetzt ausführen</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Search jobs</source>
        <translation>Aufträge durchsuchen</translation>
    </message>
    <message>
        <source>Several were missed, and a later one ran for all of them.</source>
        <translation>Mehrere wurden verpasst, und ein späterer lief für alle.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Show all jobs</source>
        <translation>Alle Aufträge anzeigen</translation>
    </message>
    <message>
        <source>Show all to see the rest.</source>
        <translation>Zeigen Sie alle an, um den Rest zu sehen.</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Stopped itself</source>
        <translation>Hat sich gestoppt</translation>
    </message>
    <message>
        <source>The clock was set past this moment.</source>
        <translation>Die Uhr wurde über diesen Zeitpunkt hinweg gestellt.</translation>
    </message>
    <message>
        <source>The computer was asleep then.</source>
        <translation>Der Computer schlief zu dieser Zeit.</translation>
    </message>
    <message>
        <source>The computer was on battery, and the job does not start then.</source>
        <translation>Der Computer lief mit Akku, und dann startet der Auftrag nicht.</translation>
    </message>
    <message>
        <source>The job had paused itself after failures.</source>
        <translation>Der Auftrag hatte sich nach Fehlschlägen angehalten.</translation>
    </message>
    <message>
        <source>The job is paused. Resume it, and its next moments stand here.</source>
        <translation>Der Auftrag ist angehalten. Setzen Sie ihn fort, dann stehen hier seine nächsten Zeitpunkte.</translation>
    </message>
    <message>
        <source>The job was deleted before it could run.</source>
        <translation>Der Auftrag wurde gelöscht, bevor er laufen konnte.</translation>
    </message>
    <message>
        <source>The job was paused.</source>
        <translation>Der Auftrag war angehalten.</translation>
    </message>
    <message>
        <source>The money or the runs that the job may use were used up.</source>
        <translation>Das Geld oder die Läufe, die dem Auftrag zustehen, waren aufgebraucht.</translation>
    </message>
    <message>
        <source>The network was a metered one, and the job does not start then.</source>
        <translation>Das Netz war ein getaktetes, und dann startet der Auftrag nicht.</translation>
    </message>
    <message>
        <source>The screen was locked, and the job does not start then.</source>
        <translation>Der Bildschirm war gesperrt, und dann startet der Auftrag nicht.</translation>
    </message>
    <message>
        <source>The time zone changed, so this moment never came here.</source>
        <translation>Die Zeitzone wechselte, darum kam dieser Zeitpunkt hier nie.</translation>
    </message>
    <message>
        <source>These do not have the network.</source>
        <translation>Diese haben kein Netz.</translation>
    </message>
    <message>
        <source>These have the network.</source>
        <translation>Diese haben das Netz.</translation>
    </message>
    <message numerus="yes">
        <source>This line stands for %n moment(s) in a row.</source>
        <translation>
            <numerusform>Diese Zeile steht für %n Zeitpunkt.</numerusform>
            <numerusform>Diese Zeile steht für %n Zeitpunkte hintereinander.</numerusform>
        </translation>
    </message>
    <message>
        <source>To be reviewed</source>
        <translation>Zu prüfen</translation>
    </message>
    <message>
        <source>To come</source>
        <translation>Demnächst</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Try fewer words.</source>
        <translation>Versuchen Sie es mit weniger Wörtern.</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig…</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Überwachte Ordner</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Woche</translation>
    </message>
    <message>
        <source>What comes due while it works runs beside it.</source>
        <translation>Was fällig wird, während er arbeitet, läuft daneben.</translation>
    </message>
    <message>
        <source>What did not run, and why</source>
        <translation>Was nicht lief, und warum</translation>
    </message>
    <message>
        <source>What failed</source>
        <translation>Was fehlschlug</translation>
    </message>
    <message>
        <source>What holds for it</source>
        <translation>Was für ihn gilt</translation>
    </message>
    <message>
        <source>What is due, day by day</source>
        <translation>Was fällig ist, Tag für Tag</translation>
    </message>
    <message>
        <source>What is to come</source>
        <translation>Was bevorsteht</translation>
    </message>
    <message>
        <source>What it did</source>
        <translation>Was er tat</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was er tut</translation>
    </message>
    <message>
        <source>What it may do</source>
        <translation>Was er darf</translation>
    </message>
    <message>
        <source>What it misses while Homard is off or the computer sleeps is left out.</source>
        <translation>Was er verpasst, während Homard aus ist oder der Computer schläft, fällt aus.</translation>
    </message>
    <message>
        <source>What it said at the end</source>
        <translation>Was er am Ende sagte</translation>
    </message>
    <message>
        <source>What ran</source>
        <translation>Was lief</translation>
    </message>
    <message>
        <source>What was noted</source>
        <translation>Was vermerkt wurde</translation>
    </message>
    <message>
        <source>While it works, the next one that comes due waits.</source>
        <translation>Während er arbeitet, wartet der nächste, der fällig wird.</translation>
    </message>
    <message>
        <source>While it works, what comes due is left out.</source>
        <translation>Während er arbeitet, fällt aus, was fällig wird.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Why did it not run?</source>
        <translation>Warum lief er nicht?</translation>
    </message>
    <message>
        <source>Why it does not start</source>
        <translation>Warum er nicht startet</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Arbeitet</translation>
    </message>
    <message>
        <source>Works in</source>
        <translation>Arbeitet in</translation>
    </message>
    <message>
        <source>You are told only when it fails or needs you.</source>
        <translation>Sie erfahren es nur, wenn er fehlschlägt oder Sie braucht.</translation>
    </message>
    <message>
        <source>You are told when it is done.</source>
        <translation>Sie erfahren es, wenn er fertig ist.</translation>
    </message>
    <message>
        <source>You had paused Homard.</source>
        <translation>Sie hatten Homard angehalten.</translation>
    </message>
    <message>
        <source>You paused it. Resume it to let it start again.</source>
        <translation>Sie haben ihn angehalten. Setzen Sie ihn fort, damit er wieder startet.</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>eine Datei</translation>
    </message>
    <message numerus="yes">
        <source>about %n run(s) a month, of unknown price</source>
        <translation>
            <numerusform>etwa %n Lauf im Monat, Preis unbekannt</numerusform>
            <numerusform>etwa %n Läufe im Monat, Preis unbekannt</numerusform>
        </translation>
    </message>
    <message>
        <source>about {amount} a month</source>
        <translation>etwa {amount} im Monat</translation>
    </message>
    <message>
        <source>by cron: {fields}</source>
        <translation>nach cron: {fields}</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>each Saturday and Sunday</source>
        <translation>jeden Samstag und Sonntag</translation>
    </message>
    <message>
        <source>each day</source>
        <translation>jeden Tag</translation>
    </message>
    <message>
        <source>each hour</source>
        <translation>jede Stunde</translation>
    </message>
    <message numerus="yes">
        <source>each hour, %n minute(s) past</source>
        <translation>
            <numerusform>jede Stunde, %n Minute nach voll</numerusform>
            <numerusform>jede Stunde, %n Minuten nach voll</numerusform>
        </translation>
    </message>
    <message>
        <source>each weekday</source>
        <translation>jeden Werktag</translation>
    </message>
    <message>
        <source>each year on day {days} of {months}</source>
        <translation>jedes Jahr am {days}. im {months}</translation>
    </message>
    <message>
        <source>each {days}</source>
        <translation>jeden {days}</translation>
    </message>
    <message numerus="yes">
        <source>every %n day(s)</source>
        <translation>
            <numerusform>alle %n Tag</numerusform>
            <numerusform>alle %n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n hour(s)</source>
        <translation>
            <numerusform>alle %n Stunde</numerusform>
            <numerusform>alle %n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n minute(s)</source>
        <translation>
            <numerusform>alle %n Minute</numerusform>
            <numerusform>alle %n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n second(s)</source>
        <translation>
            <numerusform>alle %n Sekunde</numerusform>
            <numerusform>alle %n Sekunden</numerusform>
        </translation>
    </message>
    <message>
        <source>every day</source>
        <translation>jeden Tag</translation>
    </message>
    <message>
        <source>every hour</source>
        <translation>jede Stunde</translation>
    </message>
    <message>
        <source>every minute</source>
        <translation>jede Minute</translation>
    </message>
    <message>
        <source>free of charge</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>has changed</source>
        <translation>sich geändert hat</translation>
    </message>
    <message>
        <source>has not run yet</source>
        <translation>lief noch nicht</translation>
    </message>
    <message>
        <source>in {time}</source>
        <translation>in {time}</translation>
    </message>
    <message>
        <source>is gone</source>
        <translation>weg ist</translation>
    </message>
    <message>
        <source>is new</source>
        <translation>neu ist</translation>
    </message>
    <message>
        <source>it is no text</source>
        <translation>das ist kein Text</translation>
    </message>
    <message>
        <source>less than $0.01</source>
        <translation>unter $0,01</translation>
    </message>
    <message>
        <source>next {moment}</source>
        <translation>nächstes Mal {moment}</translation>
    </message>
    <message>
        <source>no runs to come</source>
        <translation>keine Läufe mehr</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>on day {days} of each month</source>
        <translation>am {days}. jedes Monats</translation>
    </message>
    <message>
        <source>once on {day} at {time}</source>
        <translation>einmal am {day} um {time}</translation>
    </message>
    <message>
        <source>only when you start it</source>
        <translation>nur wenn Sie ihn starten</translation>
    </message>
    <message>
        <source>plugin</source>
        <translation>Plugin</translation>
    </message>
    <message>
        <source>runs as files come, so its cost cannot be told</source>
        <translation>läuft, wenn Dateien kommen; die Kosten sind nicht abzusehen</translation>
    </message>
    <message>
        <source>schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>started by hand</source>
        <translation>von Hand gestartet</translation>
    </message>
    <message>
        <source>the computer is on battery</source>
        <translation>der Computer mit Akku läuft</translation>
    </message>
    <message>
        <source>the default one</source>
        <translation>das Standardmodell</translation>
    </message>
    <message>
        <source>the network is a metered one</source>
        <translation>das Netz ein getaktetes ist</translation>
    </message>
    <message>
        <source>the screen is locked</source>
        <translation>der Bildschirm gesperrt ist</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>heute {time}</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>morgen {time}</translation>
    </message>
    <message>
        <source>was moved</source>
        <translation>verschoben wurde</translation>
    </message>
    <message>
        <source>watched folder</source>
        <translation>überwachter Ordner</translation>
    </message>
    <message>
        <source>when the plugin {plugin} tells of {trigger}</source>
        <translation>wenn das Plugin {plugin} {trigger} meldet</translation>
    </message>
    <message>
        <source>when {what} in {folder} {happens}</source>
        <translation>sobald {what} in {folder} {happens}</translation>
    </message>
    <message>
        <source>when {what} settles in {folder}</source>
        <translation>sobald {what} fertig vorliegt in {folder}</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>gestern {time}</translation>
    </message>
    <message>
        <source>{amount} a day</source>
        <translation>{amount} am Tag</translation>
    </message>
    <message>
        <source>{amount} a month</source>
        <translation>{amount} im Monat</translation>
    </message>
    <message>
        <source>{amount} this month</source>
        <translation>{amount} diesen Monat</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Token</translation>
    </message>
    <message>
        <source>{days} at {times}</source>
        <translation>{days} um {times}</translation>
    </message>
    <message>
        <source>{days} in {months}</source>
        <translation>{days} im {months}</translation>
    </message>
    <message>
        <source>{days}, {times}</source>
        <translation>{days}, {times}</translation>
    </message>
    <message>
        <source>{first} and {last}</source>
        <translation>{first} und {last}</translation>
    </message>
    <message>
        <source>{first} or {last}</source>
        <translation>{first} oder {last}</translation>
    </message>
    <message>
        <source>{folder}: changes are seen at once</source>
        <translation>{folder}: Änderungen werden sofort bemerkt</translation>
    </message>
    <message>
        <source>{folder}: looked at from time to time, because changes there are not told</source>
        <translation>{folder}: wird von Zeit zu Zeit durchgesehen, weil Änderungen dort nicht gemeldet werden</translation>
    </message>
    <message>
        <source>{folder}: not there now; it goes on when it is back</source>
        <translation>{folder}: gerade nicht da; es geht weiter, wenn er zurück ist</translation>
    </message>
    <message>
        <source>{often} from {since} to {until}</source>
        <translation>{often} von {since} bis {until}</translation>
    </message>
    <message>
        <source>{path} cannot be read ({why}). Nothing was imported.</source>
        <translation>{path} kann nicht gelesen werden ({why}). Nichts wurde importiert.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({why}). Choose another place.</source>
        <translation>{path} kann nicht geschrieben werden ({why}). Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>{today} today, {month} this month</source>
        <translation>{today} heute, {month} diesen Monat</translation>
    </message>
</context>
<context>
    <name>Label</name>
    <message>
        <source>Based on text from: {sources}</source>
        <translation>Beruht auf Text von: {sources}</translation>
    </message>
    <message>
        <source>Others wrote that text. It may be wrong, or written to mislead: check what matters. All of it: {all}</source>
        <translation>Diesen Text haben andere geschrieben. Er kann falsch sein oder in die Irre führen sollen: Prüfen Sie, worauf es ankommt. Alle Quellen: {all}</translation>
    </message>
    <message>
        <source>Stays on this computer</source>
        <translation>Bleibt auf diesem Computer</translation>
    </message>
    <message>
        <source>This chat has read text from {sources}; that text may be what asks for this.</source>
        <translation>Dieser Chat hat Text von {sources} gelesen; womöglich verlangt jener Text dies.</translation>
    </message>
    <message>
        <source>This chat has seen a folder that is marked local only. A model on this computer can go on with it; nothing of it is sent to any other.</source>
        <translation>Dieser Chat hat in einen Ordner gesehen, der als nur lokal gekennzeichnet ist. Ein Modell auf diesem Computer kann ihn fortsetzen; an kein anderes wird etwas davon gesendet.</translation>
    </message>
    <message>
        <source>a skill ({hash})</source>
        <translation>einem Skill ({hash})</translation>
    </message>
    <message>
        <source>others</source>
        <translation>anderen</translation>
    </message>
    <message>
        <source>somebody else</source>
        <translation>jemand anderem</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} und %n weiterer Quelle</numerusform>
            <numerusform>{names} und %n weiteren Quellen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LongText</name>
    <message numerus="yes">
        <source>Show %n more character(s)</source>
        <translation>
            <numerusform>%n weiteres Zeichen zeigen</numerusform>
            <numerusform>%n weitere Zeichen zeigen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message numerus="yes">
        <source>Show more (%n character(s) left)</source>
        <translation>
            <numerusform>Mehr anzeigen (noch %n Zeichen)</numerusform>
            <numerusform>Mehr anzeigen (noch %n Zeichen)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Filter models</source>
        <translation>Modelle filtern</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>free, offline</source>
        <translation>kostenlos, offline</translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation>Preis unbekannt</translation>
    </message>
    <message>
        <source>{input} / {output} per million</source>
        <translation>{input} / {output} pro Million</translation>
    </message>
</context>
<context>
    <name>Moment</name>
    <message numerus="yes">
        <source>%n min ago</source>
        <translation>
            <numerusform>vor %n min</numerusform>
            <numerusform>vor %n min</numerusform>
        </translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%n job(s) want a look</source>
        <translation>
            <numerusform>%n Auftrag will angesehen werden</numerusform>
            <numerusform>%n Aufträge wollen angesehen werden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) failed</source>
        <translation>
            <numerusform>%n Lauf fehlgeschlagen</numerusform>
            <numerusform>%n Läufe fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) finished</source>
        <translation>
            <numerusform>%n Lauf fertig</numerusform>
            <numerusform>%n Läufe fertig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n Anliegen wartet auf Sie</numerusform>
            <numerusform>%n Anliegen warten auf Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) want a look</source>
        <translation>
            <numerusform>%n Sache will angesehen werden</numerusform>
            <numerusform>%n Sachen wollen angesehen werden</numerusform>
        </translation>
    </message>
    <message>
        <source>A budget is nearly used up</source>
        <translation>Ein Budget ist fast aufgebraucht</translation>
    </message>
    <message>
        <source>A run failed</source>
        <translation>Ein Lauf ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>Homard asks you something</source>
        <translation>Homard hat eine Frage</translation>
    </message>
    <message>
        <source>Homard is done</source>
        <translation>Homard ist fertig</translation>
    </message>
    <message>
        <source>Homard needs your permission</source>
        <translation>Homard braucht Ihre Freigabe</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>{job} asks you</source>
        <translation>{job} fragt Sie</translation>
    </message>
    <message>
        <source>{job} failed</source>
        <translation>{job} ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>{job} is done</source>
        <translation>{job} ist fertig</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Action: {title}</source>
        <translation>Aktion: {title}</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Aktionen</translation>
    </message>
    <message>
        <source>Chat: {title}</source>
        <translation>Chat: {title}</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Find an action, a chat or a setting</source>
        <translation>Aktion, Chat oder Einstellung suchen</translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Nothing fits. Try fewer letters.</source>
        <translation>Nichts passt. Versuchen Sie es mit weniger Buchstaben.</translation>
    </message>
    <message>
        <source>Setting: {title}</source>
        <translation>Einstellung: {title}</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>Chat ohne Titel</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>Treffer</translation>
    </message>
</context>
<context>
    <name>Prompt</name>
    <message>
        <source>AGENTS.md of the folder</source>
        <translation>AGENTS.md des Ordners</translation>
    </message>
    <message>
        <source>Answers and tool calls</source>
        <translation>Antworten und Werkzeugaufrufe</translation>
    </message>
    <message>
        <source>Being counted…</source>
        <translation>Wird gezählt…</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Homard&apos;s instructions</source>
        <translation>Homards Anweisungen</translation>
    </message>
    <message>
        <source>List of skills</source>
        <translation>Liste der Skills</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>No chat yet</source>
        <translation>Noch kein Chat</translation>
    </message>
    <message>
        <source>Notes of Homard, time and folder</source>
        <translation>Notizen von Homard, Zeit und Ordner</translation>
    </message>
    <message>
        <source>Once you have asked something, you see here what each request of a chat is made of.</source>
        <translation>Sobald Sie etwas gefragt haben, sehen Sie hier, woraus jede Anfrage eines Chats besteht.</translation>
    </message>
    <message>
        <source>Open this chat</source>
        <translation>Diesen Chat öffnen</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Parts of the prompt</source>
        <translation>Teile des Prompts</translation>
    </message>
    <message>
        <source>Results of tools</source>
        <translation>Ergebnisse von Werkzeugen</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Summary of what came before</source>
        <translation>Zusammenfassung des Bisherigen</translation>
    </message>
    <message>
        <source>The last request had {n} tokens by {model}&apos;s own count, {share} of them from its cache</source>
        <translation>Die letzte Anfrage hatte nach der Zählung von {model} {n} Tokens, {share} davon aus dem Cache</translation>
    </message>
    <message numerus="yes">
        <source>The next request begins with about %n token(s)</source>
        <translation>
            <numerusform>Die nächste Anfrage beginnt mit etwa %n Token</numerusform>
            <numerusform>Die nächste Anfrage beginnt mit etwa %n Tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>The next request begins with about {n} tokens, {share} of the model&apos;s window</source>
        <translation>Die nächste Anfrage beginnt mit etwa {n} Tokens, {share} des Fensters des Modells</translation>
    </message>
    <message>
        <source>The parts are estimated: each provider counts a little differently.</source>
        <translation>Die Teile sind geschätzt: jeder Anbieter zählt etwas anders.</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>What you said</source>
        <translation>Was Sie gesagt haben</translation>
    </message>
    <message>
        <source>{part}: {n} tokens, {share}</source>
        <translation>{part}: {n} Tokens, {share}</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Another answer</source>
        <translation>Andere Antwort</translation>
    </message>
    <message>
        <source>Homard asks</source>
        <translation>Homard fragt</translation>
    </message>
    <message>
        <source>Nobody answered</source>
        <translation>Niemand hat geantwortet</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>The question</source>
        <translation>Die Frage</translation>
    </message>
    <message>
        <source>Your answer</source>
        <translation>Ihre Antwort</translation>
    </message>
</context>
<context>
    <name>QuickPrompt</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Answering…</source>
        <translation>Antwortet…</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Ask (Enter)</source>
        <translation>Fragen (Enter)</translation>
    </message>
    <message>
        <source>Ask Homard</source>
        <translation>Homard fragen</translation>
    </message>
    <message>
        <source>Ask more in the same chat</source>
        <translation>Im selben Chat weiterfragen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Enter asks, Esc closes</source>
        <translation>Enter fragt, Esc schließt</translation>
    </message>
    <message>
        <source>Homard is paused; it answers when it is resumed.</source>
        <translation>Homard ist angehalten; es antwortet, sobald Sie fortsetzen.</translation>
    </message>
    <message>
        <source>Homard needs you</source>
        <translation>Homard wartet auf Sie</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Open as chat</source>
        <translation>Als Chat öffnen</translation>
    </message>
    <message>
        <source>Open the chat and answer there</source>
        <translation>Chat öffnen und dort antworten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird gestoppt…</translation>
    </message>
    <message>
        <source>The answer is here.</source>
        <translation>Die Antwort ist da.</translation>
    </message>
    <message>
        <source>The run ended early. Its chat shows how far it came.</source>
        <translation>Der Lauf endete vorzeitig. Sein Chat zeigt, wie weit er kam.</translation>
    </message>
    <message>
        <source>This could not be asked. The log has the details.</source>
        <translation>Das konnte nicht gefragt werden. Einzelheiten stehen im Protokoll.</translation>
    </message>
</context>
<context>
    <name>Rules</name>
    <message numerus="yes">
        <source>%n time(s) a day</source>
        <translation>
            <numerusform>%n Mal am Tag</numerusform>
            <numerusform>%n Mal am Tag</numerusform>
        </translation>
    </message>
    <message>
        <source>Add rule</source>
        <translation>Regel hinzufügen</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Always ask</source>
        <translation>Immer fragen</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Tun</translation>
    </message>
    <message>
        <source>File or folder, for instance ~/Reports</source>
        <translation>Datei oder Ordner, zum Beispiel ~/Berichte</translation>
    </message>
    <message>
        <source>For ever, or until 2027-01-31</source>
        <translation>Für immer, oder bis 2027-01-31</translation>
    </message>
    <message>
        <source>Homard’s words</source>
        <translation>Worte von Homard</translation>
    </message>
    <message>
        <source>Host, for instance api.github.com or api.github.com:443/repos/*</source>
        <translation>Rechner, zum Beispiel api.github.com oder api.github.com:443/repos/*</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>None. Reading the granted folders is allowed, what can be undone is done; the rest asks.</source>
        <translation>Keine. In freigegebenen Ordnern zu lesen ist erlaubt, was rückgängig zu machen ist, wird getan; vor dem Rest wird gefragt.</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>Noch einmal lesen</translation>
    </message>
    <message>
        <source>Recipient, for instance anna@example.org</source>
        <translation>Empfänger, zum Beispiel anna@example.org</translation>
    </message>
    <message>
        <source>Remove: {rule}</source>
        <translation>Entfernen: {rule}</translation>
    </message>
    <message>
        <source>Restore the last good rules</source>
        <translation>Letzte gute Regeln zurückholen</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Say where: a rule for everywhere is more than anybody means.</source>
        <translation>Sagen Sie, wo: Eine Regel für überall ist mehr, als irgendwer meint.</translation>
    </message>
    <message>
        <source>The file as it is now is kept beside them.</source>
        <translation>Die jetzige Datei wird daneben aufgehoben.</translation>
    </message>
    <message>
        <source>The rules cannot be read, so nothing is allowed</source>
        <translation>Die Regeln sind nicht lesbar, darum ist nichts erlaubt</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Why it does nothing</source>
        <translation>Warum sie nichts bewirkt</translation>
    </message>
    <message>
        <source>Working folder, for instance ~/Projects/site</source>
        <translation>Arbeitsordner, zum Beispiel ~/Projekte/seite</translation>
    </message>
    <message>
        <source>Write the last day as 2027-01-31, or leave it empty for ever.</source>
        <translation>Schreiben Sie den letzten Tag wie 2027-01-31, oder lassen Sie ihn leer für immer.</translation>
    </message>
    <message>
        <source>a person only</source>
        <translation>Menschen allein</translation>
    </message>
    <message>
        <source>change jobs</source>
        <translation>Aufträge ändern</translation>
    </message>
    <message>
        <source>delete files</source>
        <translation>Dateien löschen</translation>
    </message>
    <message>
        <source>do anything</source>
        <translation>alles tun</translation>
    </message>
    <message>
        <source>fetch from or send to the web</source>
        <translation>aus dem Web holen oder dorthin senden</translation>
    </message>
    <message>
        <source>fetch from the web</source>
        <translation>aus dem Web holen</translation>
    </message>
    <message>
        <source>for {who}</source>
        <translation>für {who}</translation>
    </message>
    <message>
        <source>if the chat has seen at least: {level}</source>
        <translation>wenn der Chat mindestens gesehen hat: {level}</translation>
    </message>
    <message>
        <source>if the chat has seen at most: {level}</source>
        <translation>wenn der Chat höchstens gesehen hat: {level}</translation>
    </message>
    <message>
        <source>local-only things</source>
        <translation>nur Lokales</translation>
    </message>
    <message>
        <source>private things</source>
        <translation>Privates</translation>
    </message>
    <message>
        <source>public things</source>
        <translation>Öffentliches</translation>
    </message>
    <message>
        <source>read files</source>
        <translation>Dateien lesen</translation>
    </message>
    <message>
        <source>read, write or delete files</source>
        <translation>Dateien lesen, schreiben oder löschen</translation>
    </message>
    <message>
        <source>remember something</source>
        <translation>sich etwas merken</translation>
    </message>
    <message>
        <source>run commands</source>
        <translation>Befehle ausführen</translation>
    </message>
    <message>
        <source>send messages</source>
        <translation>Nachrichten senden</translation>
    </message>
    <message>
        <source>send to the web</source>
        <translation>ins Web senden</translation>
    </message>
    <message>
        <source>skills</source>
        <translation>Skills</translation>
    </message>
    <message>
        <source>text of others</source>
        <translation>Text von anderen</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>bis {day}</translation>
    </message>
    <message>
        <source>use a key</source>
        <translation>einen Schlüssel benutzen</translation>
    </message>
    <message>
        <source>with the network</source>
        <translation>mit Netz</translation>
    </message>
    <message>
        <source>without the network</source>
        <translation>ohne Netz</translation>
    </message>
    <message>
        <source>write files</source>
        <translation>Dateien schreiben</translation>
    </message>
    <message>
        <source>your files</source>
        <translation>Ihre Dateien</translation>
    </message>
    <message>
        <source>your own words</source>
        <translation>Ihre eigenen Worte</translation>
    </message>
    <message>
        <source>{do}: {act}</source>
        <translation>{do}: {act}</translation>
    </message>
    <message>
        <source>{size} a day</source>
        <translation>{size} am Tag</translation>
    </message>
    <message>
        <source>{what} anywhere</source>
        <translation>{what}, überall</translation>
    </message>
    <message>
        <source>{what} in {where}</source>
        <translation>{what} in {where}</translation>
    </message>
    <message>
        <source>{what}: {where}</source>
        <translation>{what}: {where}</translation>
    </message>
</context>
<context>
    <name>Runtime</name>
    <message>
        <source>Ask: {what}</source>
        <translation>Frage: {what}</translation>
    </message>
    <message>
        <source>Delete {what}</source>
        <translation>{what} löschen</translation>
    </message>
    <message>
        <source>Edit {what}</source>
        <translation>{what} bearbeiten</translation>
    </message>
    <message>
        <source>Extract {what} from {place}</source>
        <translation>{what} aus {place} herausholen</translation>
    </message>
    <message>
        <source>Fetch {what}</source>
        <translation>{what} abrufen</translation>
    </message>
    <message>
        <source>Find {what} in {place}</source>
        <translation>{what} in {place} suchen</translation>
    </message>
    <message>
        <source>It waits for you to allow: {effects}.</source>
        <translation>Der Lauf wartet auf Ihre Erlaubnis: {effects}.</translation>
    </message>
    <message>
        <source>It waits for you to allow: {effects}. The run goes on when you have answered.</source>
        <translation>Der Lauf wartet auf Ihre Erlaubnis: {effects}. Er geht weiter, wenn Sie geantwortet haben.</translation>
    </message>
    <message>
        <source>List {place}</source>
        <translation>{place} auflisten</translation>
    </message>
    <message>
        <source>Look at the clipboard</source>
        <translation>Die Zwischenablage ansehen</translation>
    </message>
    <message>
        <source>Look for a tool: {what}</source>
        <translation>Ein Werkzeug suchen: {what}</translation>
    </message>
    <message>
        <source>Move {what} to {place}</source>
        <translation>{what} nach {place} verschieben</translation>
    </message>
    <message>
        <source>Put into the clipboard: {what}</source>
        <translation>In die Zwischenablage legen: {what}</translation>
    </message>
    <message>
        <source>Read {what}</source>
        <translation>{what} lesen</translation>
    </message>
    <message>
        <source>Recall {what}</source>
        <translation>An {what} erinnern</translation>
    </message>
    <message>
        <source>Schedule {what}</source>
        <translation>Planen: {what}</translation>
    </message>
    <message>
        <source>Skill {what}</source>
        <translation>Skill {what}</translation>
    </message>
    <message>
        <source>Take a picture of the screen</source>
        <translation>Den Bildschirm aufnehmen</translation>
    </message>
    <message>
        <source>The budget for {span} is {limit}: {left} are left, and the next call to {model} may take {needed}. It was not made; the work so far is kept. To go on, raise it under Settings, Limits, or choose a cheaper model.</source>
        <translation>Das Budget für {span} ist {limit}: {left} sind übrig, und der nächste Aufruf von {model} kann {needed} brauchen. Er wurde nicht gemacht; die bisherige Arbeit bleibt erhalten. Um weiterzumachen, erhöhen Sie es unter Einstellungen, Grenzen, oder wählen Sie ein günstigeres Modell.</translation>
    </message>
    <message>
        <source>The limit of this run is {limit}: {left} are left, and the next call to {model} may take {needed}. It was not made; the work so far is kept. To go on, raise the limit, or choose a cheaper model.</source>
        <translation>Die Grenze dieses Laufs ist {limit}: {left} sind übrig, und der nächste Aufruf von {model} kann {needed} brauchen. Er wurde nicht gemacht; die bisherige Arbeit bleibt erhalten. Um weiterzumachen, erhöhen Sie die Grenze, oder wählen Sie ein günstigeres Modell.</translation>
    </message>
    <message>
        <source>The offline engine died in mid-reply; nothing of it was executed. It starts again with the next attempt.</source>
        <translation>Das Offline-Modell ist mitten in der Antwort ausgefallen; nichts davon wurde ausgeführt. Es startet mit dem nächsten Versuch neu.</translation>
    </message>
    <message>
        <source>This chat holds content of a folder that is marked local only, and {model} runs on another computer: nothing was sent. Choose a model on this computer, or begin a new chat.</source>
        <translation>Dieser Chat enthält Inhalt eines als nur lokal gekennzeichneten Ordners, und {model} läuft auf einem anderen Computer: Nichts wurde gesendet. Wählen Sie ein Modell auf diesem Computer, oder beginnen Sie einen neuen Chat.</translation>
    </message>
    <message>
        <source>Write {what}</source>
        <translation>{what} schreiben</translation>
    </message>
    <message>
        <source>a chat</source>
        <translation>einen Chat</translation>
    </message>
    <message>
        <source>a command could reach what a rule of yours guards</source>
        <translation>ein Befehl könnte erreichen, was eine Ihrer Regeln schützt</translation>
    </message>
    <message>
        <source>a day</source>
        <translation>einen Tag</translation>
    </message>
    <message>
        <source>a job in a day</source>
        <translation>einen Auftrag an einem Tag</translation>
    </message>
    <message>
        <source>a month</source>
        <translation>einen Monat</translation>
    </message>
    <message>
        <source>a rule of yours allows it</source>
        <translation>eine Ihrer Regeln erlaubt es</translation>
    </message>
    <message>
        <source>a rule of yours asks first</source>
        <translation>eine Ihrer Regeln fragt zuerst</translation>
    </message>
    <message>
        <source>a rule of yours denies it</source>
        <translation>eine Ihrer Regeln verbietet es</translation>
    </message>
    <message>
        <source>a rule of yours guards a part of it</source>
        <translation>eine Ihrer Regeln schützt einen Teil davon</translation>
    </message>
    <message>
        <source>a run</source>
        <translation>einen Lauf</translation>
    </message>
    <message>
        <source>a stranger&apos;s text</source>
        <translation>fremden Text</translation>
    </message>
    <message>
        <source>add credit to the account, or choose another model</source>
        <translation>laden Sie das Konto auf, oder wählen Sie ein anderes Modell</translation>
    </message>
    <message>
        <source>asks for fewer requests ({when})</source>
        <translation>verlangt weniger Anfragen ({when})</translation>
    </message>
    <message>
        <source>at {address} has no chat completions at this address ({when})</source>
        <translation>bietet unter {address} an dieser Adresse keine Chat-Antworten an ({when})</translation>
    </message>
    <message>
        <source>change the job {what}</source>
        <translation>den Auftrag {what} ändern</translation>
    </message>
    <message>
        <source>change the request or the settings of the model</source>
        <translation>ändern Sie die Anfrage oder die Einstellungen des Modells</translation>
    </message>
    <message>
        <source>change the rules: {what}</source>
        <translation>die Regeln ändern: {what}</translation>
    </message>
    <message>
        <source>check the base_url of the provider</source>
        <translation>prüfen Sie die base_url des Anbieters</translation>
    </message>
    <message>
        <source>check the base_url of the provider, which usually ends in /v1</source>
        <translation>prüfen Sie die base_url des Anbieters, die meist auf /v1 endet</translation>
    </message>
    <message>
        <source>check the network and the base_url of the provider, then try again</source>
        <translation>prüfen Sie das Netz und die base_url des Anbieters und versuchen Sie es dann noch einmal</translation>
    </message>
    <message>
        <source>choose a model that the provider lists</source>
        <translation>wählen Sie ein Modell, das der Anbieter auflistet</translation>
    </message>
    <message>
        <source>choose another model</source>
        <translation>wählen Sie ein anderes Modell</translation>
    </message>
    <message>
        <source>could not be reached: no connection to {address} in time</source>
        <translation>war nicht zu erreichen: keine rechtzeitige Verbindung zu {address}</translation>
    </message>
    <message>
        <source>could not be reached: nothing answers at {address}</source>
        <translation>war nicht zu erreichen: unter {address} antwortet nichts</translation>
    </message>
    <message>
        <source>could not be reached: the connection to {address} broke before an answer came</source>
        <translation>war nicht zu erreichen: die Verbindung zu {address} brach ab, bevor eine Antwort kam</translation>
    </message>
    <message>
        <source>could not be reached: the name {address} cannot be resolved</source>
        <translation>war nicht zu erreichen: der Name {address} lässt sich nicht auflösen</translation>
    </message>
    <message>
        <source>could not be reached: {what}</source>
        <translation>war nicht zu erreichen: {what}</translation>
    </message>
    <message>
        <source>delete {what}</source>
        <translation>{what} löschen</translation>
    </message>
    <message>
        <source>does not know the model {model} ({when})</source>
        <translation>kennt das Modell {model} nicht ({when})</translation>
    </message>
    <message>
        <source>fetch {what}</source>
        <translation>{what} abrufen</translation>
    </message>
    <message>
        <source>git runs what stands there</source>
        <translation>git führt aus, was dort steht</translation>
    </message>
    <message>
        <source>in the middle of the reply</source>
        <translation>mitten in der Antwort</translation>
    </message>
    <message>
        <source>is busy or broken ({when})</source>
        <translation>ist überlastet oder gestört ({when})</translation>
    </message>
    <message>
        <source>it changes nothing and reads nothing</source>
        <translation>es ändert nichts und liest nichts</translation>
    </message>
    <message>
        <source>it holds keys or logins</source>
        <translation>es enthält Schlüssel oder Zugangsdaten</translation>
    </message>
    <message>
        <source>it is Homard&apos;s own state</source>
        <translation>es gehört zu Homards eigenem Zustand</translation>
    </message>
    <message>
        <source>it is another user&apos;s home</source>
        <translation>es ist das persönliche Verzeichnis eines anderen Benutzers</translation>
    </message>
    <message>
        <source>it lies in a granted folder, and can be undone</source>
        <translation>es liegt in einem freigegebenen Ordner und lässt sich rückgängig machen</translation>
    </message>
    <message>
        <source>it lies outside the granted folders</source>
        <translation>es liegt außerhalb der freigegebenen Ordner</translation>
    </message>
    <message>
        <source>it may come upon a folder marked local only, and the model runs elsewhere</source>
        <translation>es könnte auf einen als nur lokal gekennzeichneten Ordner stoßen, und das Modell läuft anderswo</translation>
    </message>
    <message>
        <source>log in to the network or check the proxy, check the base_url of the provider, then try again</source>
        <translation>melden Sie sich im Netz an oder prüfen Sie den Proxy, prüfen Sie die base_url des Anbieters und versuchen Sie es dann noch einmal</translation>
    </message>
    <message>
        <source>look at the clipboard</source>
        <translation>die Zwischenablage ansehen</translation>
    </message>
    <message>
        <source>nothing allows it beforehand</source>
        <translation>nichts erlaubt es im Voraus</translation>
    </message>
    <message>
        <source>programs run what stands there</source>
        <translation>Programme führen aus, was dort steht</translation>
    </message>
    <message>
        <source>put the request differently, or choose another model</source>
        <translation>formulieren Sie die Anfrage anders, oder wählen Sie ein anderes Modell</translation>
    </message>
    <message>
        <source>read {what}</source>
        <translation>{what} lesen</translation>
    </message>
    <message>
        <source>reading inside the granted folders</source>
        <translation>Lesen in den freigegebenen Ordnern</translation>
    </message>
    <message>
        <source>refused the key ({when})</source>
        <translation>hat den Schlüssel abgelehnt ({when})</translation>
    </message>
    <message>
        <source>refused the request ({when})</source>
        <translation>hat die Anfrage abgelehnt ({when})</translation>
    </message>
    <message>
        <source>remember {what}</source>
        <translation>sich merken: {what}</translation>
    </message>
    <message>
        <source>replace what is on the clipboard ({size} bytes)</source>
        <translation>den Inhalt der Zwischenablage ersetzen ({size} Bytes)</translation>
    </message>
    <message>
        <source>run {what}</source>
        <translation>ausführen: {what}</translation>
    </message>
    <message>
        <source>run {what} with the network</source>
        <translation>mit Netzwerk ausführen: {what}</translation>
    </message>
    <message>
        <source>says that the account has no credit left ({when})</source>
        <translation>meldet, dass das Konto kein Guthaben mehr hat ({when})</translation>
    </message>
    <message>
        <source>says that the conversation does not fit the window of {model} ({when})</source>
        <translation>meldet, dass die Unterhaltung nicht in das Fenster von {model} passt ({when})</translation>
    </message>
    <message>
        <source>send a message to {what}</source>
        <translation>eine Nachricht an {what} senden</translation>
    </message>
    <message>
        <source>send to {what}</source>
        <translation>an {what} senden</translation>
    </message>
    <message>
        <source>send to {what} ({size} bytes)</source>
        <translation>an {what} senden ({size} Bytes)</translation>
    </message>
    <message>
        <source>sent a web page in place of a reply: probably the login page of a network (captive portal) or a proxy</source>
        <translation>hat statt einer Antwort eine Webseite gesendet, wahrscheinlich die Anmeldeseite eines Netzes oder eines Proxys</translation>
    </message>
    <message>
        <source>sent no token within {seconds} s</source>
        <translation>hat innerhalb von {seconds} s kein Token gesendet</translation>
    </message>
    <message>
        <source>shorten the conversation, or choose a model with a larger window</source>
        <translation>kürzen Sie die Unterhaltung, oder wählen Sie ein Modell mit größerem Fenster</translation>
    </message>
    <message>
        <source>start the server at {address} or mend the base_url of the provider, then try again</source>
        <translation>starten Sie den Server unter {address} oder berichtigen Sie die base_url des Anbieters und versuchen Sie es dann noch einmal</translation>
    </message>
    <message>
        <source>stopped in the middle of the reply ({reason})</source>
        <translation>hat mitten in der Antwort aufgehört ({reason})</translation>
    </message>
    <message>
        <source>store a valid key for it and try again</source>
        <translation>hinterlegen Sie einen gültigen Schlüssel und versuchen Sie es noch einmal</translation>
    </message>
    <message>
        <source>take a picture of the screen</source>
        <translation>den Bildschirm aufnehmen</translation>
    </message>
    <message>
        <source>text from {names}</source>
        <translation>Text von {names}</translation>
    </message>
    <message>
        <source>that address hands out the keys of this computer</source>
        <translation>diese Adresse gibt die Schlüssel dieses Computers heraus</translation>
    </message>
    <message>
        <source>that address is on this computer or its own network</source>
        <translation>diese Adresse liegt auf diesem Computer oder in seinem eigenen Netz</translation>
    </message>
    <message>
        <source>that folder is marked local only, and the model {model} runs elsewhere</source>
        <translation>dieser Ordner ist als nur lokal gekennzeichnet, und das Modell {model} läuft anderswo</translation>
    </message>
    <message>
        <source>the call did not arrive whole, or names no known tool</source>
        <translation>der Aufruf kam nicht vollständig an oder nennt kein bekanntes Werkzeug</translation>
    </message>
    <message>
        <source>the chat has read {origin}, and a command with the network could be that text&apos;s wish</source>
        <translation>der Chat hat {origin} gelesen, und ein Befehl mit Netzwerk könnte der Wunsch dieses Textes sein</translation>
    </message>
    <message>
        <source>the chat has read {origin}, and this could be that text&apos;s wish: {why}</source>
        <translation>der Chat hat {origin} gelesen, und dies könnte der Wunsch dieses Textes sein: {why}</translation>
    </message>
    <message>
        <source>the job has leave for it</source>
        <translation>der Auftrag hat die Erlaubnis dafür</translation>
    </message>
    <message>
        <source>the job has no leave for it</source>
        <translation>der Auftrag hat dafür keine Erlaubnis</translation>
    </message>
    <message>
        <source>the skill that this run follows ({skill}) does not name it among its allowed-tools</source>
        <translation>der Skill, dem dieser Lauf folgt ({skill}), nennt es nicht unter seinen allowed-tools</translation>
    </message>
    <message>
        <source>the target holds characters that hide or turn round text</source>
        <translation>das Ziel enthält Zeichen, die Text verbergen oder umdrehen</translation>
    </message>
    <message>
        <source>try again</source>
        <translation>versuchen Sie es noch einmal</translation>
    </message>
    <message>
        <source>try again in a moment</source>
        <translation>versuchen Sie es gleich noch einmal</translation>
    </message>
    <message>
        <source>try again in a moment, or choose another model</source>
        <translation>versuchen Sie es gleich noch einmal, oder wählen Sie ein anderes Modell</translation>
    </message>
    <message>
        <source>try again in {time}</source>
        <translation>versuchen Sie es in {time} noch einmal</translation>
    </message>
    <message>
        <source>try again, or raise first_byte_timeout_s of the provider</source>
        <translation>versuchen Sie es noch einmal, oder erhöhen Sie first_byte_timeout_s des Anbieters</translation>
    </message>
    <message>
        <source>use the key {what}</source>
        <translation>den Schlüssel {what} verwenden</translation>
    </message>
    <message>
        <source>what your rule {rule} allows for a day is used up, or the size is unknown</source>
        <translation>was Ihre Regel {rule} für einen Tag erlaubt, ist verbraucht, oder die Größe ist unbekannt</translation>
    </message>
    <message>
        <source>withheld the reply ({when})</source>
        <translation>hat die Antwort zurückgehalten ({when})</translation>
    </message>
    <message>
        <source>write {what}</source>
        <translation>{what} schreiben</translation>
    </message>
    <message>
        <source>write {what} ({size} bytes)</source>
        <translation>{what} schreiben ({size} Bytes)</translation>
    </message>
    <message>
        <source>you allowed this for the whole run</source>
        <translation>Sie haben dies für den ganzen Lauf erlaubt</translation>
    </message>
    <message>
        <source>you named nobody and nothing that it is for</source>
        <translation>Sie haben niemanden und nichts genannt, für den oder das es ist</translation>
    </message>
    <message>
        <source>you never wrote {values}</source>
        <translation>Sie haben {values} nie geschrieben</translation>
    </message>
    <message>
        <source>{span} at {provider}</source>
        <translation>{span} bei {provider}</translation>
    </message>
    <message>
        <source>{who} {what}, saying “{said}”; the conversation is kept: {then}.</source>
        <translation>{who} {what} und sagt: „{said}“. Die Unterhaltung bleibt erhalten: {then}.</translation>
    </message>
    <message>
        <source>{who} {what}; the conversation is kept: {then}.</source>
        <translation>{who} {what}. Die Unterhaltung bleibt erhalten: {then}.</translation>
    </message>
</context>
<context>
    <name>Sandbox</name>
    <message>
        <source>A command that asks for the network is refused here: nothing could watch it.</source>
        <translation>Ein Befehl, der das Netz verlangt, wird hier abgelehnt: Nichts könnte ihn überwachen.</translation>
    </message>
    <message>
        <source>By {what}</source>
        <translation>Durch {what}</translation>
    </message>
    <message>
        <source>Commands are bounded and can be stopped, but they have all of your rights</source>
        <translation>Befehle sind begrenzt und lassen sich stoppen, haben aber alle Ihre Rechte</translation>
    </message>
    <message>
        <source>Commands see and change the granted folders only</source>
        <translation>Befehle sehen und ändern nur die freigegebenen Ordner</translation>
    </message>
    <message>
        <source>Commands see and change the granted folders only, and reach no network and no other program</source>
        <translation>Befehle sehen und ändern nur die freigegebenen Ordner und erreichen weder Netz noch andere Programme</translation>
    </message>
    <message>
        <source>Files outside the granted folders</source>
        <translation>Dateien außerhalb der freigegebenen Ordner</translation>
    </message>
    <message>
        <source>How to get more</source>
        <translation>Wie mehr zu bekommen ist</translation>
    </message>
    <message>
        <source>Memory and disk</source>
        <translation>Speicher und Platte</translation>
    </message>
    <message>
        <source>Nothing holds a command on this machine</source>
        <translation>Auf diesem Computer hält nichts einen Befehl zurück</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>Andere Programme</translation>
    </message>
    <message>
        <source>Possible: {what}</source>
        <translation>Möglich: {what}</translation>
    </message>
    <message>
        <source>Prevented: {what}</source>
        <translation>Verhindert: {what}</translation>
    </message>
    <message>
        <source>Rare doors of the system</source>
        <translation>Seltene Türen des Systems</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>Das Netz</translation>
    </message>
    <message>
        <source>This is less than the settings need: no command is run.</source>
        <translation>Das ist weniger, als die Einstellungen verlangen: Es wird kein Befehl ausgeführt.</translation>
    </message>
    <message>
        <source>Trying out what holds a command on this machine…</source>
        <translation>Es wird ausprobiert, was auf diesem Computer einen Befehl zurückhält…</translation>
    </message>
    <message>
        <source>changing files outside the granted folders</source>
        <translation>Dateien außerhalb der freigegebenen Ordner zu ändern</translation>
    </message>
    <message>
        <source>changing modes and times of files outside</source>
        <translation>Rechte und Zeiten von Dateien außerhalb zu ändern</translation>
    </message>
    <message>
        <source>connecting to the network (TCP)</source>
        <translation>sich mit dem Netz zu verbinden (TCP)</translation>
    </message>
    <message>
        <source>ending other programs</source>
        <translation>andere Programme zu beenden</translation>
    </message>
    <message>
        <source>gaining rights by other programs</source>
        <translation>durch andere Programme Rechte zu gewinnen</translation>
    </message>
    <message>
        <source>loading code into the system</source>
        <translation>Code in das System zu laden</translation>
    </message>
    <message>
        <source>making namespaces of its own</source>
        <translation>eigene Namensräume anzulegen</translation>
    </message>
    <message>
        <source>mounting</source>
        <translation>Dateisysteme einzuhängen</translation>
    </message>
    <message>
        <source>reaching programs by sockets without a file</source>
        <translation>Programme über Sockets ohne Datei zu erreichen</translation>
    </message>
    <message>
        <source>reaching programs by their sockets</source>
        <translation>Programme über ihre Sockets zu erreichen</translation>
    </message>
    <message>
        <source>reaching the machine around a virtual one</source>
        <translation>den Rechner um einen virtuellen herum zu erreichen</translation>
    </message>
    <message>
        <source>reaching the system’s key store</source>
        <translation>den Schlüsselspeicher des Systems zu erreichen</translation>
    </message>
    <message>
        <source>reading closed places inside a granted folder</source>
        <translation>verschlossene Stellen in einem freigegebenen Ordner zu lesen</translation>
    </message>
    <message>
        <source>reading files outside the granted folders</source>
        <translation>Dateien außerhalb der freigegebenen Ordner zu lesen</translation>
    </message>
    <message>
        <source>reading the environment of other programs</source>
        <translation>die Umgebung anderer Programme zu lesen</translation>
    </message>
    <message>
        <source>reading the home folder</source>
        <translation>den persönlichen Ordner zu lesen</translation>
    </message>
    <message>
        <source>seeing other programs</source>
        <translation>andere Programme zu sehen</translation>
    </message>
    <message>
        <source>sending over the network (UDP)</source>
        <translation>über das Netz zu senden (UDP)</translation>
    </message>
    <message>
        <source>taking over other programs</source>
        <translation>andere Programme zu übernehmen</translation>
    </message>
    <message>
        <source>typing into a terminal</source>
        <translation>in ein Terminal zu tippen</translation>
    </message>
    <message>
        <source>using io_uring</source>
        <translation>io_uring zu benutzen</translation>
    </message>
    <message>
        <source>using up memory and disk</source>
        <translation>Speicher und Platte aufzubrauchen</translation>
    </message>
    <message>
        <source>{what}: held</source>
        <translation>{what}: gehalten</translation>
    </message>
    <message>
        <source>{what}: held in part</source>
        <translation>{what}: zum Teil gehalten</translation>
    </message>
    <message>
        <source>{what}: not held</source>
        <translation>{what}: nicht gehalten</translation>
    </message>
</context>
<context>
    <name>Sellers</name>
    <message numerus="yes">
        <source>%n model(s) chosen. You are told what it may cost before anything is sent.</source>
        <translation>
            <numerusform>%n Modell gewählt. Bevor etwas gesendet wird, erfahren Sie, was es kosten kann.</numerusform>
            <numerusform>%n Modelle gewählt. Bevor etwas gesendet wird, erfahren Sie, was es kosten kann.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) were compared.</source>
        <translation>
            <numerusform>%n Modell wurde verglichen.</numerusform>
            <numerusform>%n Modelle wurden verglichen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n small call(s) will be made</source>
        <translation>
            <numerusform>%n kleiner Aufruf wird gemacht</numerusform>
            <numerusform>%n kleine Aufrufe werden gemacht</numerusform>
        </translation>
    </message>
    <message>
        <source>Again every week, by itself</source>
        <translation>Jede Woche wieder, von selbst</translation>
    </message>
    <message>
        <source>Answered {right} of {asked} rightly, clearly fewer than another seller of the same model: its weights may have been made smaller, or it is another model.</source>
        <translation>Hat {right} von {asked} richtig beantwortet, deutlich weniger als ein anderer Anbieter desselben Modells: seine Gewichte sind vielleicht verkleinert, oder es ist ein anderes Modell.</translation>
    </message>
    <message>
        <source>Answers in JSON that were as they should be</source>
        <translation>Antworten in JSON, die waren, wie sie sein sollten</translation>
    </message>
    <message>
        <source>Answers with wrong JSON.</source>
        <translation>Antwortet mit falschem JSON.</translation>
    </message>
    <message numerus="yes">
        <source>At most %n model(s) at once: untick some.</source>
        <translation>
            <numerusform>Höchstens %n Modell auf einmal: wählen Sie einige ab.</numerusform>
            <numerusform>Höchstens %n Modelle auf einmal: wählen Sie einige ab.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Cached</source>
        <translation>Aus dem Cache</translation>
    </message>
    <message>
        <source>Cached of a prompt sent twice</source>
        <translation>Aus dem Cache bei einem zweimal gesendeten Prompt</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Calls that gave no whole answer</source>
        <translation>Aufrufe ohne vollständige Antwort</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message numerus="yes">
        <source>Compare %n model(s)?</source>
        <translation>
            <numerusform>%n Modell vergleichen?</numerusform>
            <numerusform>%n Modelle vergleichen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Compare models</source>
        <translation>Modelle vergleichen</translation>
    </message>
    <message numerus="yes">
        <source>Compared by itself every %n day(s), for at most {amount}: {models}.</source>
        <translation>
            <numerusform>Wird alle %n Tage von selbst verglichen, für höchstens {amount}: {models}.</numerusform>
            <numerusform>Wird alle %n Tage von selbst verglichen, für höchstens {amount}: {models}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>Vergleichen…</translation>
    </message>
    <message>
        <source>Counts fewer tokens than the text can have: it has not read all of it, or counts wrongly.</source>
        <translation>Zählt weniger Token, als der Text haben kann: Es hat nicht alles gelesen oder zählt falsch.</translation>
    </message>
    <message>
        <source>Does not say how many tokens it has used, or nonsense: its figures are estimates.</source>
        <translation>Sagt nicht, wie viele Token verbraucht wurden, oder Unsinn: Die Zahlen sind geschätzt.</translation>
    </message>
    <message>
        <source>Dollars for a million tokens of answers</source>
        <translation>Dollar für eine Million Tokens an Antworten</translation>
    </message>
    <message>
        <source>Dollars for a million tokens of prompts</source>
        <translation>Dollar für eine Million Tokens an Prompts</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Erwartet</translation>
    </message>
    <message>
        <source>Failed {failed} of {calls} times.</source>
        <translation>Ist {failed} von {calls} Mal gescheitert.</translation>
    </message>
    <message>
        <source>First word</source>
        <translation>Erstes Wort</translation>
    </message>
    <message>
        <source>Gives no cache hits: the same long prompt was paid in full each time.</source>
        <translation>Gibt keine Cache-Treffer: derselbe lange Prompt wurde jedes Mal voll bezahlt.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>How quick the words come then, median</source>
        <translation>Wie schnell die Wörter dann kommen, Median</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Is quicker with a prompt that it knows, but bills all of it as new.</source>
        <translation>Ist mit einem bekannten Prompt schneller, berechnet ihn aber ganz als neu.</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Makes wrong tool calls.</source>
        <translation>Macht falsche Werkzeugaufrufe.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Models to compare</source>
        <translation>Zu vergleichende Modelle</translation>
    </message>
    <message>
        <source>Next: {moment}.</source>
        <translation>Als Nächstes: {moment}.</translation>
    </message>
    <message>
        <source>No more</source>
        <translation>Nicht mehr</translation>
    </message>
    <message>
        <source>Nothing bad was found of {model}.</source>
        <translation>An {model} wurde nichts Schlechtes gefunden.</translation>
    </message>
    <message>
        <source>Nothing was compared yet</source>
        <translation>Noch wurde nichts verglichen</translation>
    </message>
    <message>
        <source>Of a small fixed set of questions: few right ones may mean that the model was made smaller</source>
        <translation>Von einer kleinen festen Reihe von Fragen: wenige richtige können heißen, dass das Modell verkleinert wurde</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Im Lauf der Zeit</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>Bezahlt</translation>
    </message>
    <message>
        <source>Preparing…</source>
        <translation>Wird vorbereitet…</translation>
    </message>
    <message>
        <source>Probed</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Probes</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Probes over time</source>
        <translation>Prüfungen im Lauf der Zeit</translation>
    </message>
    <message>
        <source>Providers compared</source>
        <translation>Anbieter im Vergleich</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>Richtige Antworten</translation>
    </message>
    <message>
        <source>Says that another model has answered: {others}.</source>
        <translation>Sagt, dass ein anderes Modell geantwortet hat: {others}.</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Modelle durchsuchen</translation>
    </message>
    <message>
        <source>Sends its answers in one piece: nothing is seen until the end.</source>
        <translation>Sendet seine Antworten in einem Stück: bis zum Ende sieht man nichts.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>So it goes on every week, while Homard runs; nothing is sent when it might cost more.</source>
        <translation>So geht es jede Woche weiter, solange Homard läuft; kann es mehr kosten, wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Takes much longer to the first word than the quickest.</source>
        <translation>Braucht bis zum ersten Wort viel länger als der Schnellste.</translation>
    </message>
    <message>
        <source>Tells of cached tokens but is not quicker: {first} ms the first time, {again} ms the second.</source>
        <translation>Nennt Tokens aus dem Cache, ist aber nicht schneller: {first} ms beim ersten, {again} ms beim zweiten Mal.</translation>
    </message>
    <message>
        <source>Tells of cached tokens in prompts that nobody had sent before.</source>
        <translation>Nennt Tokens aus dem Cache bei Prompts, die noch niemand gesendet hatte.</translation>
    </message>
    <message>
        <source>The comparison ended early: {why}</source>
        <translation>Der Vergleich endete vorzeitig: {why}</translation>
    </message>
    <message>
        <source>The last probe was broken off: {why}</source>
        <translation>Die letzte Prüfung wurde abgebrochen: {why}</translation>
    </message>
    <message>
        <source>The last time it was not done: {why}</source>
        <translation>Beim letzten Mal geschah es nicht: {why}</translation>
    </message>
    <message>
        <source>The same model is sold by several providers: some are slow, some give no cache hits, some sell a smaller one. A small probe tells them apart. You are told before what it may cost.</source>
        <translation>Dasselbe Modell verkaufen mehrere Anbieter: manche sind langsam, manche geben keine Cache-Treffer, manche verkaufen ein kleineres. Eine kleine Prüfung unterscheidet sie. Vorher erfahren Sie, was sie kosten kann.</translation>
    </message>
    <message>
        <source>They are free of charge.</source>
        <translation>Sie sind kostenlos.</translation>
    </message>
    <message>
        <source>They cost at most {amount}; often it is a fifth of that.</source>
        <translation>Sie kosten höchstens {amount}; oft ist es ein Fünftel davon.</translation>
    </message>
    <message>
        <source>Tick the same model at several providers, or models that you want to weigh up.</source>
        <translation>Wählen Sie dasselbe Modell bei mehreren Anbietern, oder Modelle, die Sie abwägen wollen.</translation>
    </message>
    <message>
        <source>Tokens of a chat&apos;s prompts that came from the provider&apos;s cache, after its first</source>
        <translation>Tokens der Prompts eines Chats, die nach dem ersten aus dem Cache des Anbieters kamen</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/s</translation>
    </message>
    <message>
        <source>Tool calls that were made as they should be</source>
        <translation>Werkzeugaufrufe, die waren, wie sie sein sollten</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Until the first word of an answer, median</source>
        <translation>Bis zum ersten Wort einer Antwort, Median</translation>
    </message>
    <message>
        <source>What one comparison took: the same work for all</source>
        <translation>Was ein Vergleich gekostet hat: dieselbe Arbeit für alle</translation>
    </message>
    <message>
        <source>What the cache should have given: the prompt before, as far as it was the same</source>
        <translation>Was der Cache hätte geben sollen: den vorigen Prompt, soweit er derselbe war</translation>
    </message>
    <message>
        <source>What {models} will cost is not known.</source>
        <translation>Was {models} kosten wird, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Writes much slower than the quickest.</source>
        <translation>Schreibt viel langsamer als der Schnellste.</translation>
    </message>
    <message>
        <source>You have called none of them yet.</source>
        <translation>Sie haben noch keinen davon aufgerufen.</translation>
    </message>
    <message>
        <source>Your own calls</source>
        <translation>Ihre eigenen Aufrufe</translation>
    </message>
    <message>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>given</source>
        <translation>gegeben</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>quicker, not told</source>
        <translation>schneller, nicht genannt</translation>
    </message>
    <message>
        <source>told, not quicker</source>
        <translation>genannt, nicht schneller</translation>
    </message>
    <message>
        <source>untrue</source>
        <translation>unwahr</translation>
    </message>
    <message numerus="yes">
        <source>with at most %n token(s)</source>
        <translation>
            <numerusform>mit höchstens %n Token</numerusform>
            <numerusform>mit höchstens %n Tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>{done} of {of} calls, {model}</source>
        <translation>{done} von {of} Aufrufen, {model}</translation>
    </message>
    <message numerus="yes">
        <source>{figure} of %n model(s) over time.</source>
        <translation>
            <numerusform>{figure} von %n Modell im Lauf der Zeit.</numerusform>
            <numerusform>{figure} von %n Modellen im Lauf der Zeit.</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} ms</source>
        <translation>{n} ms</translation>
    </message>
</context>
<context>
    <name>Sessions</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>No chat holds these words.</source>
        <translation>Kein Chat enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>Chat ohne Titel</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Arbeitet</translation>
    </message>
    <message>
        <source>Your chats will stand here.</source>
        <translation>Hier werden Ihre Chats stehen.</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>angeheftet</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>${input} to read, ${output} to write a million tokens</source>
        <translation>${input} fürs Lesen, ${output} fürs Schreiben von einer Million Tokens</translation>
    </message>
    <message>
        <source>0: all cores but one, so that other work does not slow to a crawl.</source>
        <translation>0: alle Kerne bis auf einen, damit andere Arbeit nicht ins Stocken gerät.</translation>
    </message>
    <message>
        <source>A GGUF file, for models on this computer.</source>
        <translation>Eine GGUF-Datei, für Modelle auf diesem Computer.</translation>
    </message>
    <message>
        <source>A JSON object that goes along with each request.</source>
        <translation>Ein JSON-Objekt, das jeder Anfrage mitgegeben wird.</translation>
    </message>
    <message>
        <source>A model from another address</source>
        <translation>Ein Modell von einer anderen Adresse</translation>
    </message>
    <message>
        <source>A model on this computer: nothing leaves it, and nothing is paid.</source>
        <translation>Ein Modell auf diesem Computer: Nichts verlässt ihn, und nichts kostet Geld.</translation>
    </message>
    <message>
        <source>A plugin</source>
        <translation>Ein Plugin</translation>
    </message>
    <message>
        <source>A question or a permission waits; the run goes on when you have answered.</source>
        <translation>Eine Frage oder Freigabe wartet; der Lauf geht weiter, wenn Sie geantwortet haben.</translation>
    </message>
    <message>
        <source>A run that reaches one of these ends; its work is kept.</source>
        <translation>Ein Lauf, der eine dieser Grenzen erreicht, endet; seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add a provider</source>
        <translation>Anbieter hinzufügen</translation>
    </message>
    <message>
        <source>Add and test</source>
        <translation>Hinzufügen und testen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Address of a model file</source>
        <translation>Adresse einer Modelldatei</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Wiederholung</translation>
    </message>
    <message>
        <source>All settings are in this file. Homard keeps your comments, and the file as it was before each change.</source>
        <translation>Alle Einstellungen stehen in dieser Datei. Homard bewahrt Ihre Kommentare und vor jeder Änderung den alten Stand.</translation>
    </message>
    <message>
        <source>An answer that is silent for so many seconds counts as broken off.</source>
        <translation>Eine Antwort, die so viele Sekunden schweigt, gilt als abgebrochen.</translation>
    </message>
    <message>
        <source>Another model file</source>
        <translation>Andere Modelldatei</translation>
    </message>
    <message>
        <source>Another model is being timed. Wait for its end.</source>
        <translation>Gerade wird ein anderes Modell gemessen. Warten Sie, bis das fertig ist.</translation>
    </message>
    <message>
        <source>Another, by its address</source>
        <translation>Ein anderer, über seine Adresse</translation>
    </message>
    <message>
        <source>Answering now, with {memory} of memory</source>
        <translation>Antwortet gerade, mit {memory} Speicher</translation>
    </message>
    <message>
        <source>Answers new chats</source>
        <translation>Beantwortet neue Chats</translation>
    </message>
    <message>
        <source>Answers new chats, written as provider/model.</source>
        <translation>Beantwortet neue Chats; geschrieben als Anbieter/Modell.</translation>
    </message>
    <message>
        <source>Any model in the GGUF format. It stays where it is; Homard only notes its place.</source>
        <translation>Jedes Modell im GGUF-Format. Es bleibt, wo es ist; Homard merkt sich nur den Ort.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Erscheinungsbild</translation>
    </message>
    <message>
        <source>As the catalogue says</source>
        <translation>Wie im Katalog</translation>
    </message>
    <message>
        <source>As the provider calls it</source>
        <translation>Wie der Anbieter es nennt</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>As they stand</source>
        <translation>Wie sie dastehen</translation>
    </message>
    <message>
        <source>Asking for the file…</source>
        <translation>Die Datei wird angefragt…</translation>
    </message>
    <message>
        <source>Asking the provider for its list…</source>
        <translation>Der Anbieter wird nach seiner Liste gefragt…</translation>
    </message>
    <message>
        <source>At most so many seconds.</source>
        <translation>Höchstens so viele Sekunden.</translation>
    </message>
    <message>
        <source>Automations</source>
        <translation>Automatisierungen</translation>
    </message>
    <message>
        <source>Bounds only: it has all of your rights</source>
        <translation>Nur Grenzen: Er hat alle Ihre Rechte</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>By its own protocol</source>
        <translation>Über sein eigenes Protokoll</translation>
    </message>
    <message>
        <source>By what was timed here, it may write {count} tokens a second.</source>
        <translation>Nach dem, was hier gemessen wurde, schreibt es etwa {count} Token je Sekunde.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the test</source>
        <translation>Test abbrechen</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>Modelldatei wählen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Comparing its sum…</source>
        <translation>Die Prüfsumme wird verglichen…</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Default model</source>
        <translation>Standardmodell</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Disk space for undo</source>
        <translation>Platz für Rückgängig</translation>
    </message>
    <message>
        <source>Dollars for a day</source>
        <translation>Dollar am Tag</translation>
    </message>
    <message>
        <source>Dollars for a month</source>
        <translation>Dollar im Monat</translation>
    </message>
    <message>
        <source>Dollars for one chat</source>
        <translation>Dollar für einen Chat</translation>
    </message>
    <message>
        <source>Dollars for one job in a day</source>
        <translation>Dollar für einen Auftrag am Tag</translation>
    </message>
    <message>
        <source>Dollars for one model call</source>
        <translation>Dollar für einen Modellaufruf</translation>
    </message>
    <message>
        <source>Dollars for one run</source>
        <translation>Dollar für einen Lauf</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Download of {model}</source>
        <translation>Download von {model}</translation>
    </message>
    <message>
        <source>Each barrier was really tried on this machine.</source>
        <translation>Jede Schranke wurde auf diesem Computer wirklich ausprobiert.</translation>
    </message>
    <message>
        <source>Empty: the variable {name} is used, which is set here.</source>
        <translation>Leer: Die Variable {name} wird verwendet; sie ist hier gesetzt.</translation>
    </message>
    <message>
        <source>Enter a passphrase.</source>
        <translation>Geben Sie eine Passphrase ein.</translation>
    </message>
    <message>
        <source>Everything else that the settings file knows.</source>
        <translation>Alles Übrige, was die Einstellungsdatei kennt.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Modell suchen</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>Herausfinden</translation>
    </message>
    <message>
        <source>Folder for new chats</source>
        <translation>Ordner für neue Chats</translation>
    </message>
    <message>
        <source>Folder to grant</source>
        <translation>Freizugebender Ordner</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>Von {host}</translation>
    </message>
    <message>
        <source>From {host}; SHA-256 {sum}…</source>
        <translation>Von {host}; SHA-256 {sum}…</translation>
    </message>
    <message>
        <source>Further request fields</source>
        <translation>Weitere Anfragefelder</translation>
    </message>
    <message>
        <source>GGUF file memory start stop window local model</source>
        <translation>GGUF Datei Speicher starten stoppen Kontextfenster lokales Modell</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>Geben Sie ihm einen Namen.</translation>
    </message>
    <message>
        <source>Give its address, for instance https://example.org/v1.</source>
        <translation>Geben Sie die Adresse an, zum Beispiel https://example.org/v1.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go to {section}</source>
        <translation>Zu {section}</translation>
    </message>
    <message>
        <source>Granted</source>
        <translation>Freigegeben</translation>
    </message>
    <message>
        <source>Guided, for small models</source>
        <translation>Geführt, für kleine Modelle</translation>
    </message>
    <message>
        <source>Homard reads there, and changes what can be undone; anything else it asks.</source>
        <translation>Homard liest dort und ändert, was rückgängig zu machen ist; vor allem anderen fragt es.</translation>
    </message>
    <message>
        <source>Homard tells you these things and no others.</source>
        <translation>Homard meldet Ihnen diese Dinge und keine anderen.</translation>
    </message>
    <message>
        <source>Homard waits in the tray when you log in.</source>
        <translation>Homard wartet nach der Anmeldung im Infobereich.</translation>
    </message>
    <message>
        <source>How Homard looks, and how you reach it.</source>
        <translation>Wie Homard aussieht und wie Sie es erreichen.</translation>
    </message>
    <message>
        <source>How Homard speaks to this provider.</source>
        <translation>Wie Homard mit diesem Anbieter spricht.</translation>
    </message>
    <message>
        <source>How it calls tools</source>
        <translation>Wie es Werkzeuge aufruft</translation>
    </message>
    <message>
        <source>In days. Older changes of files can no longer be put back.</source>
        <translation>In Tagen. Ältere Änderungen an Dateien lassen sich nicht mehr zurücksetzen.</translation>
    </message>
    <message>
        <source>In hours. A job that asked you something waits so long, then it gives up.</source>
        <translation>In Stunden. So lange wartet ein Auftrag, der Sie etwas gefragt hat, dann gibt er auf.</translation>
    </message>
    <message>
        <source>In megabytes. A larger file is not kept; what would change it asks first.</source>
        <translation>In Megabyte. Eine größere Datei wird nicht aufgehoben; was sie ändern würde, fragt zuerst.</translation>
    </message>
    <message>
        <source>In megabytes. When it is full, the oldest changes can no longer be put back.</source>
        <translation>In Megabyte. Ist er voll, lassen sich die ältesten Änderungen nicht mehr zurücksetzen.</translation>
    </message>
    <message>
        <source>In one run, in seconds; 3,600 are an hour.</source>
        <translation>In einem Lauf, in Sekunden; 3.600 sind eine Stunde.</translation>
    </message>
    <message>
        <source>In one run, what is read and what is written together. 1,000 tokens are about 750 words.</source>
        <translation>In einem Lauf, Gelesenes und Geschriebenes zusammen. 1.000 Tokens sind etwa 750 Wörter.</translation>
    </message>
    <message>
        <source>In one run. Each use of tools takes one more call.</source>
        <translation>In einem Lauf. Jeder Einsatz von Werkzeugen braucht einen weiteren Aufruf.</translation>
    </message>
    <message>
        <source>In seconds. After a start, or when the machine has slept, what is late begins at some moment within them, so that not everything starts at once.</source>
        <translation>In Sekunden. Nach einem Start, oder wenn der Computer geschlafen hat, beginnt Verspätetes irgendwann innerhalb dieser Zeit, damit nicht alles auf einmal startet.</translation>
    </message>
    <message>
        <source>In tokens. Empty: as the catalogue says.</source>
        <translation>In Tokens. Leer: wie im Katalog.</translation>
    </message>
    <message>
        <source>Interrupted: {received} are here.</source>
        <translation>Unterbrochen: {received} sind da.</translation>
    </message>
    <message>
        <source>Interrupted: {received} of {total} are here.</source>
        <translation>Unterbrochen: {received} von {total} sind da.</translation>
    </message>
    <message>
        <source>Interrupted; trying again…</source>
        <translation>Unterbrochen, ein neuer Versuch folgt…</translation>
    </message>
    <message>
        <source>Is not there now</source>
        <translation>Zurzeit nicht vorhanden</translation>
    </message>
    <message>
        <source>It answers: the first word came after {first} s, then {rate} tokens a second.</source>
        <translation>Es antwortet: das erste Wort nach {first} s, dann {rate} Tokens pro Sekunde.</translation>
    </message>
    <message>
        <source>It answers: the first word came after {first} s.</source>
        <translation>Es antwortet: das erste Wort nach {first} s.</translation>
    </message>
    <message>
        <source>It calls tools.</source>
        <translation>Es ruft Werkzeuge auf.</translation>
    </message>
    <message>
        <source>It does not call tools: it can answer, but it cannot act.</source>
        <translation>Es ruft keine Werkzeuge auf: Es kann antworten, aber nicht handeln.</translation>
    </message>
    <message>
        <source>It does not claim to see images; that was not tried.</source>
        <translation>Es gibt nicht an, Bilder zu sehen; das wurde nicht geprüft.</translation>
    </message>
    <message>
        <source>It does not have the form that is wanted here.</source>
        <translation>Das hat nicht die Form, die hier verlangt ist.</translation>
    </message>
    <message>
        <source>It does not see images.</source>
        <translation>Es sieht keine Bilder.</translation>
    </message>
    <message>
        <source>It must be at least {bound}.</source>
        <translation>Der Wert muss mindestens {bound} sein.</translation>
    </message>
    <message>
        <source>It must be at most {bound}.</source>
        <translation>Der Wert darf höchstens {bound} sein.</translation>
    </message>
    <message>
        <source>It must be more than {bound}.</source>
        <translation>Der Wert muss größer als {bound} sein.</translation>
    </message>
    <message>
        <source>It sees images.</source>
        <translation>Es sieht Bilder.</translation>
    </message>
    <message>
        <source>Its SHA-256, if you know it</source>
        <translation>Ihre SHA-256-Prüfsumme, falls bekannt</translation>
    </message>
    <message>
        <source>Jobs, and models that read apart what strangers wrote, get the same reply to the very same request without paying twice. Chats never do.</source>
        <translation>Aufträge, und Modelle, die Texte von Fremden gesondert lesen, bekommen auf genau dieselbe Anfrage dieselbe Antwort, ohne dass zweimal gezahlt wird. Chats nie.</translation>
    </message>
    <message>
        <source>Keep key</source>
        <translation>Schlüssel speichern</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Key from the variable {name}</source>
        <translation>Schlüssel aus der Variable {name}</translation>
    </message>
    <message>
        <source>Key is kept</source>
        <translation>Schlüssel gespeichert</translation>
    </message>
    <message>
        <source>Key is missing</source>
        <translation>Schlüssel fehlt</translation>
    </message>
    <message>
        <source>Key is sealed: unlock it</source>
        <translation>Schlüssel versiegelt: bitte entsperren</translation>
    </message>
    <message>
        <source>Key of {name}</source>
        <translation>Schlüssel von {name}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Keys are kept in a file that is sealed with your passphrase.</source>
        <translation>Schlüssel liegen in einer Datei, die mit Ihrer Passphrase versiegelt ist.</translation>
    </message>
    <message>
        <source>Keys are kept in the keyring of this system ({name}), never in a file of Homard.</source>
        <translation>Schlüssel liegen im Schlüsselbund dieses Systems ({name}), nie in einer Datei von Homard.</translation>
    </message>
    <message>
        <source>Key…</source>
        <translation>Schlüssel…</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Largest file for undo</source>
        <translation>Größte Datei für Rückgängig</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <source>Local only</source>
        <translation>Nur lokal</translation>
    </message>
    <message>
        <source>Local only and untrusted</source>
        <translation>Nur lokal und nicht vertraut</translation>
    </message>
    <message>
        <source>Local only: what is in the folder never reaches a model on another machine. Untrusted: others may have written what is in it, so it counts like text from the web. A mark holds for all below the folder.</source>
        <translation>Nur lokal: Was in dem Ordner ist, erreicht nie ein Modell auf einem anderen Computer. Nicht vertraut: Was darin ist, können andere geschrieben haben, darum zählt es wie Text aus dem Web. Eine Kennzeichnung gilt für alles unter dem Ordner.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Look for other programs with models</source>
        <translation>Andere Programme mit Modellen suchen</translation>
    </message>
    <message>
        <source>Looking for a keyring…</source>
        <translation>Suche nach einem Schlüsselbund…</translation>
    </message>
    <message>
        <source>Make a sealed file…</source>
        <translation>Versiegelte Datei anlegen…</translation>
    </message>
    <message>
        <source>Make the file</source>
        <translation>Datei anlegen</translation>
    </message>
    <message>
        <source>Measure its speed</source>
        <translation>Geschwindigkeit messen</translation>
    </message>
    <message>
        <source>Minutes without use after which the model gives its memory back.</source>
        <translation>Minuten ohne Nutzung, nach denen das Modell seinen Speicher freigibt.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Model calls</source>
        <translation>Modellaufrufe</translation>
    </message>
    <message>
        <source>Model file</source>
        <translation>Modelldatei</translation>
    </message>
    <message>
        <source>Model file on this computer</source>
        <translation>Modelldatei auf diesem Computer</translation>
    </message>
    <message>
        <source>Model for new chats</source>
        <translation>Modell für neue Chats</translation>
    </message>
    <message>
        <source>Model {name}</source>
        <translation>Modell {name}</translation>
    </message>
    <message>
        <source>Models (*.gguf);;All files (*)</source>
        <translation>Modelle (*.gguf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Models and providers</source>
        <translation>Modelle und Anbieter</translation>
    </message>
    <message>
        <source>Models for chats</source>
        <translation>Modelle für Chats</translation>
    </message>
    <message>
        <source>Models for jobs</source>
        <translation>Modelle für Aufträge</translation>
    </message>
    <message>
        <source>Models for pictures</source>
        <translation>Modelle für Bilder</translation>
    </message>
    <message>
        <source>Models for summaries</source>
        <translation>Modelle für Zusammenfassungen</translation>
    </message>
    <message>
        <source>Models for titles of chats</source>
        <translation>Modelle für Titel von Chats</translation>
    </message>
    <message>
        <source>Models of this provider</source>
        <translation>Modelle dieses Anbieters</translation>
    </message>
    <message>
        <source>Models of {name}</source>
        <translation>Modelle von {name}</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>Models that read what strangers wrote</source>
        <translation>Modelle, die lesen, was Fremde schrieben</translation>
    </message>
    <message>
        <source>Models to download</source>
        <translation>Modelle zum Herunterladen</translation>
    </message>
    <message>
        <source>Models, as provider/model, one in each line. Where one fails the next answers.</source>
        <translation>Modelle als anbieter/modell, eins je Zeile. Wo eines ausfällt, antwortet das nächste.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelle…</translation>
    </message>
    <message>
        <source>More jobs that are due wait until one of them is done.</source>
        <translation>Weitere fällige Aufträge warten, bis einer davon fertig ist.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name a folder.</source>
        <translation>Geben Sie einen Ordner an.</translation>
    </message>
    <message>
        <source>Name in the price list</source>
        <translation>Name in der Preisliste</translation>
    </message>
    <message>
        <source>Name, of your choice</source>
        <translation>Name, frei wählbar</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>No job starts while the machine runs on battery, whatever the job itself says.</source>
        <translation>Kein Auftrag startet, solange der Computer mit Akku läuft, was auch immer der Auftrag selbst sagt.</translation>
    </message>
    <message>
        <source>No job starts while the network is paid by volume, whatever the job itself says.</source>
        <translation>Kein Auftrag startet, solange das Netz nach Datenmenge bezahlt wird, was auch immer der Auftrag selbst sagt.</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Kein Schlüssel</translation>
    </message>
    <message>
        <source>No model of this provider is known here. Choose one from its list first.</source>
        <translation>Von diesem Anbieter ist hier kein Modell bekannt. Wählen Sie zuerst eines aus seiner Liste.</translation>
    </message>
    <message>
        <source>None yet. Add one below.</source>
        <translation>Noch keiner. Fügen Sie unten einen hinzu.</translation>
    </message>
    <message>
        <source>None: a chat reads its own folder and nothing else.</source>
        <translation>Keine: Ein Chat liest seinen eigenen Ordner und sonst nichts.</translation>
    </message>
    <message>
        <source>Not in the list. Its name can be used as you typed it.</source>
        <translation>Nicht in der Liste. Der Name lässt sich so verwenden, wie Sie ihn eingegeben haben.</translation>
    </message>
    <message>
        <source>Not loaded. It starts by itself when it is asked.</source>
        <translation>Nicht geladen. Es startet von selbst, wenn es gefragt wird.</translation>
    </message>
    <message>
        <source>Not timed yet.</source>
        <translation>Noch nicht gemessen.</translation>
    </message>
    <message>
        <source>Not tried by us.</source>
        <translation>Von uns nicht erprobt.</translation>
    </message>
    <message>
        <source>Nothing. Try another word, for instance “key”, “folder” or “dark”.</source>
        <translation>Nichts. Versuchen Sie ein anderes Wort, zum Beispiel „Schlüssel“, „Ordner“ oder „Dunkel“.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Of the program’s own words.</source>
        <translation>Für die Texte des Programms selbst.</translation>
    </message>
    <message>
        <source>Offline model</source>
        <translation>Offline-Modell</translation>
    </message>
    <message>
        <source>Ollama, LM Studio, llama.cpp, vLLM and Jan: none of them answers here now.</source>
        <translation>Ollama, LM Studio, llama.cpp, vLLM und Jan: Keines davon antwortet hier gerade.</translation>
    </message>
    <message>
        <source>Only marked</source>
        <translation>Nur gekennzeichnet</translation>
    </message>
    <message>
        <source>Only while the window is hidden.</source>
        <translation>Nur solange das Fenster verborgen ist.</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>OpenAI-compatible</source>
        <translation>OpenAI-kompatibel</translation>
    </message>
    <message>
        <source>Opens the quick prompt from any program, for instance Ctrl+Alt+Space; empty for none. Some desktops do not let programs have such keys (GNOME and others on Wayland): there, use the tray or a shortcut of the desktop.</source>
        <translation>Öffnet die Schnelleingabe aus jedem Programm, zum Beispiel Ctrl+Alt+Space; leer für keine. Manche Arbeitsumgebungen erlauben Programmen solche Tasten nicht (GNOME und andere unter Wayland): Nehmen Sie dort den Infobereich oder ein Tastenkürzel der Arbeitsumgebung.</translation>
    </message>
    <message>
        <source>Order for chats</source>
        <translation>Reihenfolge für Chats</translation>
    </message>
    <message>
        <source>Order for jobs</source>
        <translation>Reihenfolge für Aufträge</translation>
    </message>
    <message>
        <source>Order for pictures</source>
        <translation>Reihenfolge für Bilder</translation>
    </message>
    <message>
        <source>Order for reading what strangers wrote</source>
        <translation>Reihenfolge für Texte von Fremden</translation>
    </message>
    <message>
        <source>Order for summaries</source>
        <translation>Reihenfolge für Zusammenfassungen</translation>
    </message>
    <message>
        <source>Order for titles of chats</source>
        <translation>Reihenfolge für Titel von Chats</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Paste the key first. {name} gives it to you on its web site.</source>
        <translation>Fügen Sie zuerst den Schlüssel ein. Sie erhalten ihn auf der Website von {name}.</translation>
    </message>
    <message>
        <source>Paste the key here</source>
        <translation>Schlüssel hier einfügen</translation>
    </message>
    <message>
        <source>Path of a .gguf file</source>
        <translation>Pfad einer .gguf-Datei</translation>
    </message>
    <message>
        <source>Path of a folder</source>
        <translation>Pfad eines Ordners</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Gewöhnlich</translation>
    </message>
    <message>
        <source>Price of what it has read before</source>
        <translation>Preis für schon einmal Gelesenes</translation>
    </message>
    <message>
        <source>Price of what it keeps to read again</source>
        <translation>Preis für das, was es zum Wiederlesen behält</translation>
    </message>
    <message>
        <source>Price of what it reads</source>
        <translation>Preis für Gelesenes</translation>
    </message>
    <message>
        <source>Price of what it writes</source>
        <translation>Preis für Geschriebenes</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>Prozessor-Threads</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Provider {name}</source>
        <translation>Anbieter {name}</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Quick prompt key</source>
        <translation>Taste für die Schnelleingabe</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>Neu einlesen</translation>
    </message>
    <message>
        <source>Ready, with {memory} of memory</source>
        <translation>Bereit, mit {memory} Speicher</translation>
    </message>
    <message>
        <source>Really delete {size}?</source>
        <translation>Wirklich {size} löschen?</translation>
    </message>
    <message>
        <source>Really take it from the list?</source>
        <translation>Wirklich aus der Liste nehmen?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Reset: {name}</source>
        <translation>Zurücksetzen: {name}</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Runs of jobs at the same time</source>
        <translation>Läufe von Aufträgen zur gleichen Zeit</translation>
    </message>
    <message>
        <source>SHA-256 of the file</source>
        <translation>SHA-256-Prüfsumme der Datei</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Scripted, for demonstrations</source>
        <translation>Nach Drehbuch, für Vorführungen</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Sees images</source>
        <translation>Sieht Bilder</translation>
    </message>
    <message>
        <source>SmolLM2, comes with Homard</source>
        <translation>SmolLM2, wird mitgeliefert</translation>
    </message>
    <message>
        <source>Spread after a wake-up</source>
        <translation>Verteilung nach dem Aufwachen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Bei der Anmeldung starten</translation>
    </message>
    <message>
        <source>Start from the defaults</source>
        <translation>Mit Standardwerten beginnen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Take back: {name}</source>
        <translation>Zurücknehmen: {name}</translation>
    </message>
    <message>
        <source>Take from the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Test of {model}</source>
        <translation>Test von {model}</translation>
    </message>
    <message>
        <source>Test under way</source>
        <translation>Test läuft</translation>
    </message>
    <message>
        <source>Test {name}</source>
        <translation>{name} testen</translation>
    </message>
    <message>
        <source>Testing {model} … {seconds} s</source>
        <translation>{model} wird getestet … {seconds} s</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>That folder is in the list already.</source>
        <translation>Dieser Ordner steht schon in der Liste.</translation>
    </message>
    <message>
        <source>That is the whole disk. Name the folder that is meant.</source>
        <translation>Das ist das ganze Laufwerk. Geben Sie den gemeinten Ordner an.</translation>
    </message>
    <message>
        <source>That model cannot be the default one.</source>
        <translation>Dieses Modell kann nicht das Standardmodell sein.</translation>
    </message>
    <message>
        <source>The bad file is kept beside the new one.</source>
        <translation>Die fehlerhafte Datei bleibt neben der neuen erhalten.</translation>
    </message>
    <message>
        <source>The cheapest first</source>
        <translation>Das günstigste zuerst</translation>
    </message>
    <message>
        <source>The engine</source>
        <translation>Die Engine</translation>
    </message>
    <message>
        <source>The fastest first, as seen lately</source>
        <translation>Das schnellste zuerst, wie zuletzt beobachtet</translation>
    </message>
    <message>
        <source>The file cannot be read ({reason}). Choose another.</source>
        <translation>Die Datei kann nicht gelesen werden ({reason}). Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>The file has {file}. Running, it wants about {need} of memory; {free} are free now.</source>
        <translation>Die Datei hat {file}. Im Betrieb braucht das Modell etwa {need} Speicher; jetzt sind {free} frei.</translation>
    </message>
    <message>
        <source>The file has {size}. Running, it takes about {memory} of memory ({fit}).</source>
        <translation>Die Datei hat {size}. Im Betrieb braucht es etwa {memory} Arbeitsspeicher ({fit}).</translation>
    </message>
    <message>
        <source>The granted folders only</source>
        <translation>Nur die freigegebenen Ordner</translation>
    </message>
    <message>
        <source>The granted folders only, and no network</source>
        <translation>Nur die freigegebenen Ordner, und kein Netz</translation>
    </message>
    <message>
        <source>The keys are in a file that is sealed with your passphrase. Unlock it to use or add keys.</source>
        <translation>Die Schlüssel liegen in einer Datei, die mit Ihrer Passphrase versiegelt ist. Entsperren Sie sie, um Schlüssel zu verwenden oder hinzuzufügen.</translation>
    </message>
    <message>
        <source>The most reliable first, as seen lately</source>
        <translation>Das zuverlässigste zuerst, wie zuletzt beobachtet</translation>
    </message>
    <message>
        <source>The rule is removed: {rule}</source>
        <translation>Die Regel ist entfernt: {rule}</translation>
    </message>
    <message>
        <source>The same passphrase again</source>
        <translation>Dieselbe Passphrase noch einmal</translation>
    </message>
    <message>
        <source>The settings file cannot be read</source>
        <translation>Die Einstellungsdatei kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>The settings from before stay in force, and nothing in the file is lost.</source>
        <translation>Die bisherigen Einstellungen gelten weiter, und nichts in der Datei geht verloren.</translation>
    </message>
    <message>
        <source>The test of {model} was broken off.</source>
        <translation>Der Test von {model} wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The test took {tokens} tokens and cost ${cost}.</source>
        <translation>Der Test brauchte {tokens} Tokens und kostete ${cost}.</translation>
    </message>
    <message>
        <source>The test took {tokens} tokens and cost nothing.</source>
        <translation>Der Test brauchte {tokens} Tokens und kostete nichts.</translation>
    </message>
    <message>
        <source>The test took {tokens} tokens; what that costs is not known.</source>
        <translation>Der Test brauchte {tokens} Tokens; was das kostet, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The two passphrases are not the same.</source>
        <translation>Die beiden Passphrasen sind nicht gleich.</translation>
    </message>
    <message>
        <source>The variable {name} for its key is not set</source>
        <translation>Die Variable {name} für den Schlüssel ist nicht gesetzt</translation>
    </message>
    <message>
        <source>There is no keyring here that Homard trusts. A key can be kept until Homard ends, or in a file that is sealed with a passphrase of yours.</source>
        <translation>Hier gibt es keinen Schlüsselbund, dem Homard traut. Ein Schlüssel kann bis zum Ende von Homard behalten werden oder in einer Datei, die mit Ihrer Passphrase versiegelt ist.</translation>
    </message>
    <message>
        <source>They run on this computer, free of charge. Nothing is fetched before you say so.</source>
        <translation>Sie laufen kostenlos auf diesem Computer. Nichts wird geholt, bevor Sie es sagen.</translation>
    </message>
    <message>
        <source>This model is being downloaded already.</source>
        <translation>Dieses Modell wird schon heruntergeladen.</translation>
    </message>
    <message>
        <source>Timed on {day}: writes {writes} tokens a second, reads {reads}.</source>
        <translation>Gemessen am {day}: schreibt {writes} Token je Sekunde, liest {reads}.</translation>
    </message>
    <message>
        <source>Timed: it wrote too little to say how quick it is.</source>
        <translation>Gemessen: Es schrieb zu wenig, um zu sagen, wie schnell es ist.</translation>
    </message>
    <message>
        <source>Timing…</source>
        <translation>Wird gemessen…</translation>
    </message>
    <message>
        <source>Tokens for a day</source>
        <translation>Tokens am Tag</translation>
    </message>
    <message>
        <source>Tokens for a month</source>
        <translation>Tokens im Monat</translation>
    </message>
    <message>
        <source>Tokens for one chat</source>
        <translation>Tokens für einen Chat</translation>
    </message>
    <message>
        <source>Tokens for one job in a day</source>
        <translation>Tokens für einen Auftrag am Tag</translation>
    </message>
    <message>
        <source>Tokens for one model call</source>
        <translation>Tokens für einen Modellaufruf</translation>
    </message>
    <message>
        <source>Tokens for one run</source>
        <translation>Tokens für einen Lauf</translation>
    </message>
    <message>
        <source>Tokens for skills</source>
        <translation>Tokens für Skills</translation>
    </message>
    <message>
        <source>Tokens for tools</source>
        <translation>Tokens für Werkzeuge</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo for</source>
        <translation>Rückgängig machen für</translation>
    </message>
    <message>
        <source>Untrusted</source>
        <translation>Nicht vertraut</translation>
    </message>
    <message>
        <source>Use replies again</source>
        <translation>Antworten wieder verwenden</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Auf eine Antwort warten</translation>
    </message>
    <message>
        <source>Wait on a metered network</source>
        <translation>In getakteten Netzen warten</translation>
    </message>
    <message>
        <source>Wait on battery</source>
        <translation>Im Akkubetrieb warten</translation>
    </message>
    <message>
        <source>What a run changes in your files is kept first, so that you can put it back.</source>
        <translation>Was ein Lauf an Ihren Dateien ändert, wird vorher aufgehoben, damit Sie es zurücksetzen können.</translation>
    </message>
    <message>
        <source>What holds for all jobs together. Each job has its own limits and rules besides.</source>
        <translation>Was für alle Aufträge zusammen gilt. Jeder Auftrag hat daneben seine eigenen Grenzen und Regeln.</translation>
    </message>
    <message>
        <source>What is kept from whom: it holds for all below the folder</source>
        <translation>Was vor wem geschützt ist: Es gilt für alles unter dem Ordner</translation>
    </message>
    <message>
        <source>What may be done without asking, what holds a command, and how long you can undo.</source>
        <translation>Was ohne Frage getan werden darf, was einen Befehl zurückhält und wie lange Sie rückgängig machen können.</translation>
    </message>
    <message>
        <source>What must hold a command</source>
        <translation>Was einen Befehl zurückhalten muss</translation>
    </message>
    <message>
        <source>What names and descriptions of your skills may take of each request. Beyond that they are searched.</source>
        <translation>So viel dürfen Namen und Beschreibungen Ihrer Skills von jeder Anfrage einnehmen. Darüber hinaus wird nach ihnen gesucht.</translation>
    </message>
    <message>
        <source>What tools of plugins and MCP servers may take of each request. Beyond that they are searched.</source>
        <translation>So viel dürfen Werkzeuge von Plugins und MCP-Servern von jeder Anfrage einnehmen. Darüber hinaus wird nach ihnen gesucht.</translation>
    </message>
    <message>
        <source>What you always answer alike.</source>
        <translation>Was Sie immer gleich beantworten.</translation>
    </message>
    <message>
        <source>Where this machine gives less than this, no command is run.</source>
        <translation>Wo dieser Computer weniger bietet, wird kein Befehl ausgeführt.</translation>
    </message>
    <message>
        <source>Which folder is granted?</source>
        <translation>Welcher Ordner wird freigegeben?</translation>
    </message>
    <message>
        <source>Which of them is asked first.</source>
        <translation>Welches davon zuerst gefragt wird.</translation>
    </message>
    <message>
        <source>Which of your files Homard may work with.</source>
        <translation>Mit welchen Ihrer Dateien Homard arbeiten darf.</translation>
    </message>
    <message>
        <source>With a SHA-256 nothing else than that file is kept. Without one the file is taken as it comes, and Homard says which sum it has.</source>
        <translation>Mit einer SHA-256-Prüfsumme wird nichts anderes als diese Datei behalten. Ohne sie wird die Datei genommen, wie sie kommt, und Homard sagt, welche Summe sie hat.</translation>
    </message>
    <message>
        <source>budget cost money dollar price cap spend tokens day month</source>
        <translation>Budget Kosten Geld Dollar Preis Grenze Ausgaben Tokens Tag Monat</translation>
    </message>
    <message>
        <source>fits well</source>
        <translation>passt gut</translation>
    </message>
    <message>
        <source>grant read access permission directory mark local only untrusted private</source>
        <translation>freigeben lesen Zugriff Erlaubnis Verzeichnis kennzeichnen nur lokal nicht vertraut privat</translation>
    </message>
    <message>
        <source>https:// address of a .gguf file</source>
        <translation>https://-Adresse einer .gguf-Datei</translation>
    </message>
    <message>
        <source>job schedule watch cron battery metered network unattended</source>
        <translation>Auftrag Zeitplan überwachen cron Akku getaktet Netz unbeaufsichtigt Automatik</translation>
    </message>
    <message>
        <source>leaves little for other programs</source>
        <translation>lässt anderen Programmen wenig</translation>
    </message>
    <message>
        <source>more than this computer can give</source>
        <translation>mehr, als dieser Computer geben kann</translation>
    </message>
    <message>
        <source>sandbox rule allow deny ask always policy permission command undo</source>
        <translation>Sandbox Regel erlauben verbieten fragen immer Richtlinie Erlaubnis Befehl rückgängig</translation>
    </message>
    <message>
        <source>{name} is no longer granted to every chat.</source>
        <translation>{name} ist nicht mehr für jeden Chat freigegeben.</translation>
    </message>
    <message>
        <source>{name} is removed, and its key is forgotten.</source>
        <translation>{name} ist entfernt und der Schlüssel vergessen.</translation>
    </message>
    <message>
        <source>{program}: no model is loaded.</source>
        <translation>{program}: Kein Modell ist geladen.</translation>
    </message>
    <message>
        <source>{program}: {models}</source>
        <translation>{program}: {models}</translation>
    </message>
    <message>
        <source>{publisher}. {size} to download; running, it takes about {memory} of memory ({fit}). {license}, free.</source>
        <translation>{publisher}. {size} zum Herunterladen; im Betrieb braucht es etwa {memory} Arbeitsspeicher ({fit}). {license}, kostenlos.</translation>
    </message>
    <message>
        <source>{received} of {total}</source>
        <translation>{received} von {total}</translation>
    </message>
    <message>
        <source>{received} of {total}, {rate}, {count} min left</source>
        <translation>{received} von {total}, {rate}, noch {count} min</translation>
    </message>
    <message>
        <source>{received} of {total}, {rate}, {count} s left</source>
        <translation>{received} von {total}, {rate}, noch {count} s</translation>
    </message>
    <message>
        <source>{received} received</source>
        <translation>{received} empfangen</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/s</translation>
    </message>
    <message>
        <source>{source}, as the server itself says.</source>
        <translation>{source}, wie der Server selbst sagt.</translation>
    </message>
    <message>
        <source>{source}, compared.</source>
        <translation>{source}, verglichen.</translation>
    </message>
    <message>
        <source>{source}, not compared: nobody said what it must be.</source>
        <translation>{source}, nicht verglichen: Niemand sagte, was sie sein muss.</translation>
    </message>
    <message>
        <source>There is no model here yet. Choose a GGUF file.</source>
        <translation>Hier gibt es noch kein Modell. Wählen Sie eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>Folders every chat may use</source>
        <translation>Ordner, die jeder Chat benutzen darf</translation>
    </message>
    <message>
        <source>Mark local only</source>
        <translation>Als nur lokal kennzeichnen</translation>
    </message>
    <message>
        <source>Marked by a folder above</source>
        <translation>Durch einen Ordner darüber gekennzeichnet</translation>
    </message>
    <message>
        <source>Marks the folder and grants nothing</source>
        <translation>Kennzeichnet den Ordner und gibt nichts frei</translation>
    </message>
    <message>
        <source>No call is made that could pass one of these. 0: only what is free.</source>
        <translation>Kein Aufruf, der über eine dieser Grenzen hinausgehen könnte, wird gemacht. 0: nur, was nichts kostet.</translation>
    </message>
    <message>
        <source>Suggested for this much memory</source>
        <translation>Vorschlag für so viel Arbeitsspeicher</translation>
    </message>
    <message>
        <source>There is no model yet. Add a provider below, or choose a model file.</source>
        <translation>Es gibt noch kein Modell. Fügen Sie unten einen Anbieter hinzu, oder wählen Sie eine Modelldatei.</translation>
    </message>
    <message>
        <source>There is no provider of that name. Add it first.</source>
        <translation>Es gibt keinen Anbieter dieses Namens. Fügen Sie ihn zuerst hinzu.</translation>
    </message>
    <message>
        <source>There is no such file. Choose one that is there.</source>
        <translation>Diese Datei gibt es nicht. Wählen Sie eine vorhandene.</translation>
    </message>
    <message>
        <source>There is no such folder. Name one that is there.</source>
        <translation>Diesen Ordner gibt es nicht. Geben Sie einen vorhandenen an.</translation>
    </message>
    <message>
        <source>This is no GGUF file. Choose a model in the GGUF format of llama.cpp.</source>
        <translation>Das ist keine GGUF-Datei. Wählen Sie ein Modell im GGUF-Format von llama.cpp.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Tokens it can read at once. Empty: as the catalogue says.</source>
        <translation>So viele Tokens kann es auf einmal lesen. Leer: wie im Katalog.</translation>
    </message>
    <message>
        <source>Tokens it reads at once. More take more memory; empty: the usual number.</source>
        <translation>So viele Tokens liest es auf einmal. Mehr brauchen mehr Speicher; leer: die übliche Zahl.</translation>
    </message>
    <message>
        <source>Type the name of a model.</source>
        <translation>Geben Sie den Namen eines Modells ein.</translation>
    </message>
    <message>
        <source>US dollars for a million tokens.</source>
        <translation>US-Dollar für eine Million Tokens.</translation>
    </message>
    <message>
        <source>US dollars for a million tokens. Empty: like any other.</source>
        <translation>US-Dollar für eine Million Tokens. Leer: wie alles andere.</translation>
    </message>
    <message>
        <source>Unload when idle</source>
        <translation>Bei Untätigkeit entladen</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Use for new chats</source>
        <translation>Für neue Chats verwenden</translation>
    </message>
    <message>
        <source>Use the backup</source>
        <translation>Sicherung verwenden</translation>
    </message>
    <message>
        <source>Usually ends in /v1. Empty: the protocol knows it.</source>
        <translation>Endet meist auf /v1. Leer: Das Protokoll kennt sie.</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Warten auf die Verbindung</translation>
    </message>
    <message>
        <source>Wait for the first word</source>
        <translation>Warten auf das erste Wort</translation>
    </message>
    <message>
        <source>Wait within an answer</source>
        <translation>Warten innerhalb einer Antwort</translation>
    </message>
    <message>
        <source>What is read and what is written together.</source>
        <translation>Gelesenes und Geschriebenes zusammen.</translation>
    </message>
    <message>
        <source>What litellm calls this provider, if it is another name.</source>
        <translation>Wie litellm diesen Anbieter nennt, falls der Name abweicht.</translation>
    </message>
    <message>
        <source>When Homard needs you</source>
        <translation>Wenn Homard auf Sie wartet</translation>
    </message>
    <message>
        <source>When a run failed</source>
        <translation>Wenn ein Lauf fehlgeschlagen ist</translation>
    </message>
    <message>
        <source>When a run is finished</source>
        <translation>Wenn ein Lauf fertig ist</translation>
    </message>
    <message>
        <source>Where a new chat reads and works. Empty: Documents in your home, or Homard if there is none.</source>
        <translation>Wo ein neuer Chat liest und arbeitet. Leer: Dokumente in Ihrem persönlichen Ordner oder, falls es ihn nicht gibt, Homard.</translation>
    </message>
    <message>
        <source>Where answers come from. Keys never stand in the settings file.</source>
        <translation>Woher Antworten kommen. Schlüssel stehen nie in der Einstellungsdatei.</translation>
    </message>
    <message>
        <source>Where its key is</source>
        <translation>Wo sein Schlüssel liegt</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Kontextfenster</translation>
    </message>
    <message>
        <source>Write a JSON object, for instance {&quot;temperature&quot;: 0}.</source>
        <translation>Schreiben Sie ein JSON-Objekt, zum Beispiel {&quot;temperature&quot;: 0}.</translation>
    </message>
    <message>
        <source>Write a number.</source>
        <translation>Geben Sie eine Zahl ein.</translation>
    </message>
    <message>
        <source>Write a whole number of tokens, or nothing.</source>
        <translation>Geben Sie eine ganze Zahl von Tokens ein oder nichts.</translation>
    </message>
    <message>
        <source>Write a whole number.</source>
        <translation>Geben Sie eine ganze Zahl ein.</translation>
    </message>
    <message>
        <source>Write it as provider/model, for instance openai/gpt-5.4-mini.</source>
        <translation>Schreiben Sie Anbieter/Modell, zum Beispiel openai/gpt-5.4-mini.</translation>
    </message>
    <message>
        <source>Write keyring:NAME or env:VARIABLE; the key itself does not belong here.</source>
        <translation>Schreiben Sie keyring:NAME oder env:VARIABLE; der Schlüssel selbst gehört nicht hierher.</translation>
    </message>
    <message>
        <source>Write one key with Ctrl, Alt, Shift or Meta, for instance Ctrl+Alt+Space.</source>
        <translation>Schreiben Sie eine Taste mit Ctrl, Alt, Shift oder Meta, zum Beispiel Ctrl+Alt+Space.</translation>
    </message>
    <message>
        <source>Written in its text</source>
        <translation>In seinen Text geschrieben</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>keyring:NAME or env:VARIABLE, never the key itself. Empty: it needs none.</source>
        <translation>keyring:NAME oder env:VARIABLE, nie der Schlüssel selbst. Leer: Er braucht keinen.</translation>
    </message>
    <message>
        <source>litellm (other protocols)</source>
        <translation>litellm (andere Protokolle)</translation>
    </message>
    <message>
        <source>no cap</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation>Preis unbekannt</translation>
    </message>
    <message>
        <source>provider key password test default model price API</source>
        <translation>Anbieter Schlüssel Passwort Test Standard Modell Preis API</translation>
    </message>
    <message>
        <source>reads {count} tokens</source>
        <translation>liest {count} Tokens</translation>
    </message>
    <message>
        <source>{need} That is more than is free: choose a smaller window or model.</source>
        <translation>{need} Das ist mehr, als frei ist: Wählen Sie ein kleineres Kontextfenster oder Modell.</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Everywhere in the window</source>
        <translation>Überall im Fenster</translation>
    </message>
    <message>
        <source>In the message field</source>
        <translation>Im Nachrichtenfeld</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Name a file or folder</source>
        <translation>Datei oder Ordner nennen</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>Send; while a run works, steer it</source>
        <translation>Senden; während ein Lauf arbeitet, nachsteuern</translation>
    </message>
    <message>
        <source>Stop the run</source>
        <translation>Lauf stoppen</translation>
    </message>
    <message>
        <source>What you said after that</source>
        <translation>Was Sie danach gesagt haben</translation>
    </message>
    <message>
        <source>What you said before</source>
        <translation>Was Sie zuvor gesagt haben</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message numerus="yes">
        <source>%n run(s) working</source>
        <translation>
            <numerusform>%n Lauf arbeitet</numerusform>
            <numerusform>%n Läufe arbeiten</numerusform>
        </translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivitäten</translation>
    </message>
    <message>
        <source>Automations</source>
        <translation>Automatisierungen</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message numerus="yes">
        <source>Homard needs you (%n)</source>
        <translation>
            <numerusform>Homard wartet auf Sie (%n)</numerusform>
            <numerusform>Homard wartet auf Sie (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Let Homard go on</source>
        <translation>Homard weiterarbeiten lassen</translation>
    </message>
    <message>
        <source>Let no run call a model for a while</source>
        <translation>Vorerst keinen Lauf ein Modell aufrufen lassen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Gerade zu sehen</translation>
    </message>
    <message>
        <source>Skills and plugins</source>
        <translation>Skills und Plugins</translation>
    </message>
    <message>
        <source>Today: {amount}</source>
        <translation>Heute: {amount}</translation>
    </message>
    <message>
        <source>Usage</source>
        <translation>Verbrauch</translation>
    </message>
    <message>
        <source>{amount} of {limit}</source>
        <translation>{amount} von {limit}</translation>
    </message>
    <message>
        <source>{place} ({count})</source>
        <translation>{place} ({count})</translation>
    </message>
</context>
<context>
    <name>TextBlock</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message numerus="yes">
        <source>Show %n more line(s)</source>
        <translation>
            <numerusform>%n weitere Zeile anzeigen</numerusform>
            <numerusform>%n weitere Zeilen anzeigen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %n line(s)</source>
        <translation>
            <numerusform>Alles anzeigen (%n Zeile)</numerusform>
            <numerusform>Alle %n Zeilen anzeigen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>A word to the model</source>
        <translation>Ein Wort an das Modell</translation>
    </message>
    <message>
        <source>About the chosen line</source>
        <translation>Über die gewählte Zeile</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Answered by</source>
        <translation>Geantwortet hat</translation>
    </message>
    <message>
        <source>Asked by the rule</source>
        <translation>Gefragt nach der Regel</translation>
    </message>
    <message>
        <source>By the rule</source>
        <translation>Nach der Regel</translation>
    </message>
    <message>
        <source>Cached tokens expected</source>
        <translation>Aus dem Cache erwartete Tokens</translation>
    </message>
    <message>
        <source>Choose a line to see all of it.</source>
        <translation>Wählen Sie eine Zeile, um alles davon zu sehen.</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>First word after</source>
        <translation>Erstes Wort nach</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>Übergeben</translation>
    </message>
    <message>
        <source>How it went was not kept; the times are estimates.</source>
        <translation>Wie es lief, wurde nicht aufgehoben; die Zeiten sind geschätzt.</translation>
    </message>
    <message>
        <source>In the prompt, in tokens:</source>
        <translation>Im Prompt, in Tokens:</translation>
    </message>
    <message numerus="yes">
        <source>Of %n reply(ies) it was not kept how they came.</source>
        <translation>
            <numerusform>Von %n Antwort wurde nicht aufgehoben, wie sie kam.</numerusform>
            <numerusform>Von %n Antworten wurde nicht aufgehoben, wie sie kamen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Old turns were put together</source>
        <translation>Alte Runden wurden zusammengefasst</translation>
    </message>
    <message>
        <source>OpenTelemetry (*.json)</source>
        <translation>OpenTelemetry (*.json)</translation>
    </message>
    <message>
        <source>Reply came in</source>
        <translation>Antwort kam in</translation>
    </message>
    <message>
        <source>Spoke with</source>
        <translation>Sprach mit</translation>
    </message>
    <message>
        <source>The request left after</source>
        <translation>Die Anfrage ging hinaus nach</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>Turn {number}</source>
        <translation>Runde {number}</translation>
    </message>
    <message>
        <source>Waits for you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>Went to</source>
        <translation>Ging an</translation>
    </message>
    <message>
        <source>With what was said and read</source>
        <translation>Mit dem, was gesagt und gelesen wurde</translation>
    </message>
    <message>
        <source>Write it to a file as OpenTelemetry (OTLP/JSON)</source>
        <translation>Als OpenTelemetry (OTLP/JSON) in eine Datei schreiben</translation>
    </message>
    <message>
        <source>Write the timeline to a file</source>
        <translation>Die Zeitachse in eine Datei schreiben</translation>
    </message>
    <message>
        <source>You said something</source>
        <translation>Sie haben etwas gesagt</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>verweigert</translation>
    </message>
    <message>
        <source>done</source>
        <translation>getan</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>failed: {code}</source>
        <translation>fehlgeschlagen: {code}</translation>
    </message>
    <message>
        <source>first word after {time}</source>
        <translation>erstes Wort nach {time}</translation>
    </message>
    <message>
        <source>images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>no answer yet</source>
        <translation>noch keine Antwort</translation>
    </message>
    <message>
        <source>nobody was there</source>
        <translation>niemand war da</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>nicht ausgeführt</translation>
    </message>
    <message>
        <source>outcome unknown</source>
        <translation>Ausgang unbekannt</translation>
    </message>
    <message>
        <source>reading apart</source>
        <translation>gesondertes Lesen</translation>
    </message>
    <message>
        <source>replies</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>replies {time}</source>
        <translation>Antworten {time}</translation>
    </message>
    <message>
        <source>reply</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>results of {tool}</source>
        <translation>Ergebnisse von {tool}</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>system prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>system prompt and tools</source>
        <translation>Systemprompt und Werkzeuge</translation>
    </message>
    <message>
        <source>title of the chat</source>
        <translation>Titel des Chats</translation>
    </message>
    <message>
        <source>tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>tools {time}</source>
        <translation>Werkzeuge {time}</translation>
    </message>
    <message>
        <source>trial</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>Warten</translation>
    </message>
    <message>
        <source>waiting for models {time}</source>
        <translation>Warten auf Modelle {time}</translation>
    </message>
    <message>
        <source>waiting for you {time}</source>
        <translation>Warten auf Sie {time}</translation>
    </message>
    <message>
        <source>what you said</source>
        <translation>was Sie gesagt haben</translation>
    </message>
    <message>
        <source>words to the model</source>
        <translation>Worte an das Modell</translation>
    </message>
    <message>
        <source>you</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>you said no</source>
        <translation>Sie haben Nein gesagt</translation>
    </message>
    <message>
        <source>you said yes</source>
        <translation>Sie haben Ja gesagt</translation>
    </message>
    <message>
        <source>{host} ({bytes} bytes)</source>
        <translation>{host} ({bytes} Byte)</translation>
    </message>
    <message>
        <source>{n} tokens/s</source>
        <translation>{n} Tokens/s</translation>
    </message>
    <message>
        <source>{path} could not be written ({why}). Choose another place.</source>
        <translation>{path} konnte nicht geschrieben werden ({why}). Wählen Sie einen anderen Ort.</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message numerus="yes">
        <source>%n file(s) changed</source>
        <translation>
            <numerusform>%n Datei geändert</numerusform>
            <numerusform>%n Dateien geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>All of what was said</source>
        <translation>Alles, was gesagt wurde</translation>
    </message>
    <message>
        <source>Arguments</source>
        <translation>Argumente</translation>
    </message>
    <message>
        <source>Branch from here</source>
        <translation>Hier abzweigen</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Details of {title}</source>
        <translation>Einzelheiten zu {title}</translation>
    </message>
    <message>
        <source>Do this again…</source>
        <translation>Das wieder tun…</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Dry run: nothing was changed</source>
        <translation>Probelauf: Es wurde nichts geändert</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Homard ended while this was under way. What was done is kept.</source>
        <translation>Homard wurde beendet, während dies lief. Was getan war, bleibt erhalten.</translation>
    </message>
    <message>
        <source>How it ended</source>
        <translation>Wie es endete</translation>
    </message>
    <message>
        <source>Image {number} of {count}</source>
        <translation>Bild {number} von {count}</translation>
    </message>
    <message>
        <source>It ended early. Its work is kept.</source>
        <translation>Der Lauf endete vorzeitig. Seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It is going in circles; it was told so.</source>
        <translation>Der Lauf dreht sich im Kreis; das wurde ihm gesagt.</translation>
    </message>
    <message>
        <source>It reached the limit of money for one run. Its work is kept.</source>
        <translation>Die Geldgrenze für einen Lauf ist erreicht. Die Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It reached the limit of steps for one run. Its work is kept.</source>
        <translation>Der Lauf hat die Schrittgrenze erreicht. Seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It reached the limit of time for one run. Its work is kept.</source>
        <translation>Der Lauf hat die Zeitgrenze erreicht. Seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It reached the limit of tokens for one run. Its work is kept.</source>
        <translation>Der Lauf hat die Tokengrenze erreicht. Seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It reached the limit of tool calls for one run. Its work is kept.</source>
        <translation>Die Grenze der Werkzeugaufrufe für einen Lauf ist erreicht. Die Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It waits for your answer, and goes on then.</source>
        <translation>Der Lauf wartet auf Ihre Antwort und geht dann weiter.</translation>
    </message>
    <message>
        <source>It was going in circles and was stopped. Its work is kept.</source>
        <translation>Der Lauf drehte sich im Kreis und wurde gestoppt. Seine Arbeit bleibt erhalten.</translation>
    </message>
    <message>
        <source>It went on in circles and was stopped.</source>
        <translation>Der Lauf drehte sich weiter im Kreis und wurde gestoppt.</translation>
    </message>
    <message>
        <source>Makes a job of it that starts by itself; it is shown first</source>
        <translation>Macht einen Auftrag daraus, der von selbst startet; er wird erst gezeigt</translation>
    </message>
    <message>
        <source>Not allowed</source>
        <translation>Nicht erlaubt</translation>
    </message>
    <message>
        <source>Not done: dry run</source>
        <translation>Nicht getan: Probelauf</translation>
    </message>
    <message>
        <source>Not run</source>
        <translation>Nicht ausgeführt</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Open {path}</source>
        <translation>{path} öffnen</translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation>Ausgang unbekannt</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Paused until {time}.</source>
        <translation>Angehalten bis {time}.</translation>
    </message>
    <message>
        <source>Paused: it goes on when Homard is resumed.</source>
        <translation>Angehalten: Es geht weiter, sobald Sie Homard fortsetzen.</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Sent; it reads this before its next step</source>
        <translation>Gesendet; wird vor dem nächsten Schritt gelesen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles anzeigen</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>Weniger anzeigen</translation>
    </message>
    <message>
        <source>Shows first what would be put back</source>
        <translation>Zeigt erst, was zurückgesetzt würde</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Stopped. What was done so far is kept.</source>
        <translation>Gestoppt. Was bis dahin getan war, bleibt erhalten.</translation>
    </message>
    <message>
        <source>The answer was longer than the model may write. It is cut off here.</source>
        <translation>Die Antwort war länger, als das Modell schreiben darf. Sie ist hier abgeschnitten.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Gedankengang</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig…</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>What the model thought</source>
        <translation>Was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>What was said</source>
        <translation>Was gesagt wurde</translation>
    </message>
    <message>
        <source>Would: {title}</source>
        <translation>Würde: {title}</translation>
    </message>
    <message>
        <source>[… {n} characters before]</source>
        <translation>[… {n} Zeichen davor]</translation>
    </message>
    <message>
        <source>[… {n} more characters]</source>
        <translation>[… {n} weitere Zeichen]</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>from a change of files</source>
        <translation>durch eine Dateiänderung</translation>
    </message>
    <message>
        <source>from a plugin</source>
        <translation>von einem Plugin</translation>
    </message>
    <message>
        <source>from a schedule</source>
        <translation>nach Zeitplan</translation>
    </message>
    <message>
        <source>from an editor (ACP)</source>
        <translation>aus einem Editor (ACP)</translation>
    </message>
    <message>
        <source>from another program (MCP)</source>
        <translation>von einem anderen Programm (MCP)</translation>
    </message>
    <message>
        <source>from the terminal</source>
        <translation>aus dem Terminal</translation>
    </message>
    <message>
        <source>{model}, given again</source>
        <translation>{model}, wiederverwendet</translation>
    </message>
    <message>
        <source>{reason} Trying again in {seconds} s (attempt {attempt}).</source>
        <translation>{reason} Neuer Versuch in {seconds} s (Versuch {attempt}).</translation>
    </message>
    <message>
        <source>{reason} {model} is asked instead.</source>
        <translation>{reason} Stattdessen wird {model} gefragt.</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n run(s) at work</source>
        <translation>
            <numerusform>%n Lauf arbeitet</numerusform>
            <numerusform>%n Läufe arbeiten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n Anliegen wartet auf Sie</numerusform>
            <numerusform>%n Anliegen warten auf Sie</numerusform>
        </translation>
    </message>
    <message>
        <source>For one hour</source>
        <translation>Für eine Stunde</translation>
    </message>
    <message numerus="yes">
        <source>Needs you (%n)</source>
        <translation>
            <numerusform>Wartet auf Sie (%n)</numerusform>
            <numerusform>Wartet auf Sie (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Next: {job}, {time}</source>
        <translation>Nächster Auftrag: {job}, {time}</translation>
    </message>
    <message>
        <source>Open Homard</source>
        <translation>Homard öffnen</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>Chat öffnen</translation>
    </message>
    <message>
        <source>Pause everything</source>
        <translation>Alles anhalten</translation>
    </message>
    <message>
        <source>Quick prompt</source>
        <translation>Schnelleingabe</translation>
    </message>
    <message>
        <source>Quit Homard</source>
        <translation>Homard beenden</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Resume (paused until {time})</source>
        <translation>Fortsetzen (angehalten bis {time})</translation>
    </message>
    <message>
        <source>Run without a prompt</source>
        <translation>Lauf ohne Eingabe</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Today: cost unknown</source>
        <translation>Heute: Kosten unbekannt</translation>
    </message>
    <message>
        <source>Today: {amount}</source>
        <translation>Heute: {amount}</translation>
    </message>
    <message>
        <source>Today: {amount} and runs of unknown cost</source>
        <translation>Heute: {amount} und Läufe mit unbekannten Kosten</translation>
    </message>
    <message>
        <source>Today: –</source>
        <translation>Heute: –</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>Bis ich fortsetze</translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation>Bis morgen</translation>
    </message>
    <message>
        <source>a run failed</source>
        <translation>ein Lauf ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>cost unknown</source>
        <translation>Kosten unbekannt</translation>
    </message>
    <message>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>paused until {time}</source>
        <translation>angehalten bis {time}</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>working on “{prompt}”</source>
        <translation>arbeitet an „{prompt}“</translation>
    </message>
    <message>
        <source>{amount} of {limit}</source>
        <translation>{amount} von {limit}</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>Another Homard, without a window (process {pid}), is at work with your chats: a command in a terminal or “homard serve”. This window opens them as soon as it has ended.</source>
        <translation>Ein anderes Homard ohne Fenster (Prozess {pid}) arbeitet gerade mit Ihren Chats: ein Befehl in einem Terminal oder „homard serve“. Dieses Fenster öffnet sie, sobald es beendet ist.</translation>
    </message>
    <message>
        <source>Homard cannot open its data</source>
        <translation>Homard kann seine Daten nicht öffnen</translation>
    </message>
    <message>
        <source>Homard is in use</source>
        <translation>Homard ist in Gebrauch</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message numerus="yes">
        <source>%n path(s) were changed by this run.</source>
        <translation>
            <numerusform>%n Pfad wurde von diesem Lauf geändert.</numerusform>
            <numerusform>%n Pfade wurden von diesem Lauf geändert.</numerusform>
        </translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>All of this run was undone before.</source>
        <translation>Dieser Lauf wurde schon ganz rückgängig gemacht.</translation>
    </message>
    <message>
        <source>Can be undone.</source>
        <translation>Lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Cannot be undone</source>
        <translation>Kann nicht rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Cannot be undone.</source>
        <translation>Lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Cannot be undone: {why}</source>
        <translation>Lässt sich nicht rückgängig machen: {why}</translation>
    </message>
    <message>
        <source>Changed paths</source>
        <translation>Geänderte Pfade</translation>
    </message>
    <message>
        <source>Choose what becomes of it</source>
        <translation>Wählen Sie, was damit geschieht</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Comes back</source>
        <translation>Kommt zurück</translation>
    </message>
    <message>
        <source>Could not be undone</source>
        <translation>Konnte nicht rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Does again what was just undone</source>
        <translation>Tut wieder, was eben rückgängig gemacht wurde</translation>
    </message>
    <message>
        <source>Done, but not all of it: see what stayed, and why.</source>
        <translation>Fertig, aber nicht alles: Sehen Sie, was blieb, und warum.</translation>
    </message>
    <message>
        <source>Done. All that was wanted is as it was before.</source>
        <translation>Fertig. Alles Gewünschte ist wieder wie vorher.</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Gets its old contents back</source>
        <translation>Bekommt den alten Inhalt zurück</translation>
    </message>
    <message>
        <source>Gets its old mode and time back</source>
        <translation>Bekommt alte Rechte und Zeit zurück</translation>
    </message>
    <message>
        <source>Is as it was</source>
        <translation>Ist, wie es war</translation>
    </message>
    <message>
        <source>Keep both, side by side</source>
        <translation>Beide behalten, nebeneinander</translation>
    </message>
    <message>
        <source>Leave it as it is now</source>
        <translation>Lassen, wie es jetzt ist</translation>
    </message>
    <message>
        <source>Left as it is now</source>
        <translation>Gelassen, wie es jetzt ist</translation>
    </message>
    <message>
        <source>Looking what can be undone…</source>
        <translation>Es wird nachgesehen, was rückgängig zu machen ist…</translation>
    </message>
    <message>
        <source>Nothing is put back before you press Undo.</source>
        <translation>Zurückgesetzt wird erst, wenn Sie „Rückgängig“ drücken.</translation>
    </message>
    <message>
        <source>Only a part can be undone.</source>
        <translation>Lässt sich nur zum Teil rückgängig machen.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurückgesetzt</translation>
    </message>
    <message>
        <source>Put back what was there before</source>
        <translation>Zurücksetzen auf das, was vorher da war</translation>
    </message>
    <message>
        <source>Put beside it: {path}</source>
        <translation>Danebengelegt: {path}</translation>
    </message>
    <message>
        <source>Putting back…</source>
        <translation>Es wird zurückgesetzt…</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Remove it all the same</source>
        <translation>Trotzdem entfernen</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>Entfernt</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>Bleibt</translation>
    </message>
    <message>
        <source>There is nothing left to undo of this run.</source>
        <translation>Von diesem Lauf ist nichts mehr rückgängig zu machen.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo what a run changed</source>
        <translation>Rückgängig machen, was ein Lauf geändert hat</translation>
    </message>
    <message>
        <source>Undo {path}</source>
        <translation>{path} rückgängig machen</translation>
    </message>
    <message>
        <source>Was as before already</source>
        <translation>War schon wie vorher</translation>
    </message>
    <message>
        <source>Was not there before: is removed</source>
        <translation>War vorher nicht da: wird entfernt</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>Was sich ändern würde</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>Usage</name>
    <message numerus="yes">
        <source>%n model call(s)</source>
        <translation>
            <numerusform>%n Modellaufruf</numerusform>
            <numerusform>%n Modellaufrufe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n anderer</numerusform>
            <numerusform>%n andere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n Token</numerusform>
            <numerusform>%n Tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>* %n call(s) broke off or were not accounted for by the provider: they are estimated.</source>
        <translation>
            <numerusform>* %n Aufruf brach ab oder wurde vom Anbieter nicht abgerechnet: er ist geschätzt.</numerusform>
            <numerusform>* %n Aufrufe brachen ab oder wurden vom Anbieter nicht abgerechnet: sie sind geschätzt.</numerusform>
        </translation>
    </message>
    <message>
        <source>A chat</source>
        <translation>Ein Chat</translation>
    </message>
    <message>
        <source>A job in a day</source>
        <translation>Ein Auftrag an einem Tag</translation>
    </message>
    <message>
        <source>A model call</source>
        <translation>Ein Modellaufruf</translation>
    </message>
    <message>
        <source>A run</source>
        <translation>Ein Lauf</translation>
    </message>
    <message>
        <source>A run counts for each skill that was opened in it.</source>
        <translation>Ein Lauf zählt für jeden Skill, der in ihm geöffnet wurde.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Answers and tool calls</source>
        <translation>Antworten und Werkzeugaufrufe</translation>
    </message>
    <message>
        <source>At the pace of the last days</source>
        <translation>Im Tempo der letzten Tage</translation>
    </message>
    <message>
        <source>At this pace the cap of {limit} is reached before the month ends.</source>
        <translation>In diesem Tempo ist die Grenze von {limit} vor Monatsende erreicht.</translation>
    </message>
    <message>
        <source>Budgets</source>
        <translation>Budgets</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>By the month&apos;s end</source>
        <translation>Bis Monatsende</translation>
    </message>
    <message>
        <source>Cached</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Cap of the month</source>
        <translation>Grenze des Monats</translation>
    </message>
    <message>
        <source>Change budgets…</source>
        <translation>Budgets ändern…</translation>
    </message>
    <message>
        <source>Chart of where it went</source>
        <translation>Diagramm: wohin es ging</translation>
    </message>
    <message>
        <source>Chart over time</source>
        <translation>Diagramm im Lauf der Zeit</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Days and what they cost (CSV)</source>
        <translation>Tage und was sie kosteten (CSV)</translation>
    </message>
    <message>
        <source>Each call to a model is counted here: what it cost, for whom, and what is left.</source>
        <translation>Hier wird jeder Modellaufruf gezählt: was er kostete, für wen, und was übrig ist.</translation>
    </message>
    <message>
        <source>Each model call (CSV)</source>
        <translation>Jeder Modellaufruf (CSV)</translation>
    </message>
    <message>
        <source>Export usage</source>
        <translation>Verbrauch exportieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Figures over time</source>
        <translation>Zahlen im Lauf der Zeit</translation>
    </message>
    <message>
        <source>Fresh</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Letzte 12 Monate</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 90 days</source>
        <translation>Letzte 90 Tage</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Money</source>
        <translation>Geld</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Monat</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) of Homard&apos;s own cache saved {amount}.</source>
        <translation>
            <numerusform>%n Antwort aus Homards eigenem Cache hat {amount} gespart.</numerusform>
            <numerusform>%n Antworten aus Homards eigenem Cache haben {amount} gespart.</numerusform>
        </translation>
    </message>
    <message>
        <source>M</source>
        <translation>Mio</translation>
    </message>
    <message>
        <source>No cap is set: nothing holds what is spent. With one, Homard warns you when it is near, and sends nothing that could pass it.</source>
        <translation>Es ist keine Grenze gesetzt: nichts hält die Ausgaben auf. Mit einer warnt Homard, wenn sie nahe ist, und sendet nichts, was sie überschreiten könnte.</translation>
    </message>
    <message>
        <source>No chat</source>
        <translation>Kein Chat</translation>
    </message>
    <message>
        <source>No job</source>
        <translation>Kein Auftrag</translation>
    </message>
    <message>
        <source>No run has called a model in this time.</source>
        <translation>In dieser Zeit hat kein Lauf ein Modell aufgerufen.</translation>
    </message>
    <message>
        <source>No skill</source>
        <translation>Kein Skill</translation>
    </message>
    <message>
        <source>Nothing was spent yet</source>
        <translation>Noch wurde nichts ausgegeben</translation>
    </message>
    <message>
        <source>Of the money; of the tokens where none is known</source>
        <translation>Vom Geld; von den Tokens, wo keines bekannt ist</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Im Lauf der Zeit</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Providers compared</source>
        <translation>Anbieter im Vergleich</translation>
    </message>
    <message>
        <source>Providers&apos; caches gave {given} of the prompts; {expected} were to be expected.</source>
        <translation>Die Caches der Anbieter gaben {given} der Prompts; {expected} waren zu erwarten.</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>Zweck</translation>
    </message>
    <message>
        <source>Reading of foreign texts apart</source>
        <translation>Getrenntes Lesen fremder Texte</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Set a budget…</source>
        <translation>Budget setzen…</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Skill</source>
        <translation>Skill</translation>
    </message>
    <message>
        <source>Spent</source>
        <translation>Ausgegeben</translation>
    </message>
    <message>
        <source>Spent so far</source>
        <translation>Bisher ausgegeben</translation>
    </message>
    <message>
        <source>Spent that day</source>
        <translation>An dem Tag ausgegeben</translation>
    </message>
    <message>
        <source>Summaries of long chats</source>
        <translation>Zusammenfassungen langer Chats</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>Tests and comparisons of providers</source>
        <translation>Tests und Vergleiche von Anbietern</translation>
    </message>
    <message>
        <source>The dearest runs</source>
        <translation>Die teuersten Läufe</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Dieser Monat</translation>
    </message>
    <message>
        <source>This month: {amount} so far, {outlook}.</source>
        <translation>Dieser Monat: {amount} bisher, {outlook}.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Titles of chats</source>
        <translation>Titel von Chats</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Tokens of prompts that a provider still knew</source>
        <translation>Tokens von Prompts, die ein Anbieter noch kannte</translation>
    </message>
    <message>
        <source>Tokens of prompts that were read anew</source>
        <translation>Tokens von Prompts, die neu gelesen wurden</translation>
    </message>
    <message>
        <source>Tokens that models have written</source>
        <translation>Tokens, die Modelle geschrieben haben</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Where a price is unknown, what was spent is more than what is shown.</source>
        <translation>Wo ein Preis unbekannt ist, wurde mehr ausgegeben als gezeigt.</translation>
    </message>
    <message>
        <source>Where it went</source>
        <translation>Wohin es ging</translation>
    </message>
    <message>
        <source>Where it went, as it is shown (CSV)</source>
        <translation>Wohin es ging, wie gezeigt (CSV)</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>Geschrieben: {path}</translation>
    </message>
    <message>
        <source>about {amount}</source>
        <translation>etwa {amount}</translation>
    </message>
    <message numerus="yes">
        <source>about {amount} by its end, at the pace of the last %n day(s)</source>
        <translation>
            <numerusform>etwa {amount} bis zu seinem Ende, im Tempo des letzten %n Tages</numerusform>
            <numerusform>etwa {amount} bis zu seinem Ende, im Tempo der letzten %n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>at least {amount}</source>
        <translation>mindestens {amount}</translation>
    </message>
    <message>
        <source>at most {limit}</source>
        <translation>höchstens {limit}</translation>
    </message>
    <message>
        <source>bn</source>
        <translation>Mrd</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <source>k</source>
        <translation>Tsd</translation>
    </message>
    <message>
        <source>nothing is sent before {day}</source>
        <translation>vor {day} wird nichts gesendet</translation>
    </message>
    <message>
        <source>of {limit}, {calls}</source>
        <translation>von {limit}, {calls}</translation>
    </message>
    <message>
        <source>price unknown</source>
        <translation>Preis unbekannt</translation>
    </message>
    <message>
        <source>under $0.0001</source>
        <translation>unter $0,0001</translation>
    </message>
    <message>
        <source>{amount} kept back for calls under way</source>
        <translation>{amount} für laufende Aufrufe zurückgelegt</translation>
    </message>
    <message>
        <source>{fresh} fresh, {cached} cached, {output} written</source>
        <translation>{fresh} neu, {cached} aus dem Cache, {output} geschrieben</translation>
    </message>
    <message>
        <source>{n} ms</source>
        <translation>{n} ms</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} Tokens</translation>
    </message>
    <message>
        <source>{n} tokens/s</source>
        <translation>{n} Tokens/s</translation>
    </message>
    <message>
        <source>{n}%</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>{path} cannot be written ({why}). Choose another place.</source>
        <translation>{path} kann nicht geschrieben werden ({why}). Wählen Sie einen anderen Ort.</translation>
    </message>
    <message numerus="yes">
        <source>{period}, %n bar(s). The highest is {name} with {value}.</source>
        <translation>
            <numerusform>{period}, %n Balken. Der höchste ist {name} mit {value}.</numerusform>
            <numerusform>{period}, %n Balken. Der höchste ist {name} mit {value}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{period}: nothing to show.</source>
        <translation>{period}: nichts zu zeigen.</translation>
    </message>
    <message>
        <source>{share} of the prompts from caches</source>
        <translation>{share} der Prompts aus Caches</translation>
    </message>
    <message>
        <source>{span} at {provider}</source>
        <translation>{span} bei {provider}</translation>
    </message>
    <message>
        <source>{spent} of {limit}, {left} left</source>
        <translation>{spent} von {limit}, {left} übrig</translation>
    </message>
    <message>
        <source>{title} · {prompt}</source>
        <translation>{title} · {prompt}</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation>Für eine Stunde</translation>
    </message>
    <message>
        <source>More was said after that run, so it stays as it is. Say here what to do again.</source>
        <translation>Nach diesem Lauf wurde noch etwas gesagt; er bleibt daher, wie er ist. Sagen Sie hier, was noch einmal getan werden soll.</translation>
    </message>
    <message>
        <source>No run calls a model until then, and no job starts. What is sent meanwhile waits.</source>
        <translation>Bis dahin fragt kein Lauf ein Modell, und kein Auftrag startet. Was inzwischen gesendet wird, wartet.</translation>
    </message>
    <message>
        <source>Pause Homard</source>
        <translation>Homard anhalten</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>Bis ich fortsetze</translation>
    </message>
    <message>
        <source>Until tomorrow</source>
        <translation>Bis morgen</translation>
    </message>
    <message>
        <source>“{title}” was deleted.</source>
        <translation>„{title}“ wurde gelöscht.</translation>
    </message>
</context>
</TS>
