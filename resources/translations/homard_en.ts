<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>%n tool call(s)</source>
        <translation>
            <numerusform>%n tool call</numerusform>
            <numerusform>%n tool calls</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message numerus="yes">
        <source>%n run(s) are at work. Whatever is done by now is kept.</source>
        <translation>
            <numerusform>%n run is at work. Whatever is done by now is kept.</numerusform>
            <numerusform>%n runs are at work. Whatever is done by now is kept.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Approval</name>
    <message numerus="yes">
        <source>%n thing(s) wait for you</source>
        <translation>
            <numerusform>%n thing waits for you</numerusform>
            <numerusform>%n things wait for you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Homard wants to do %n thing(s)</source>
        <translation>
            <numerusform>Homard wants to do %n thing</numerusform>
            <numerusform>Homard wants to do %n things</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>You were asked %n time(s) in ten minutes.</source>
        <translation>
            <numerusform>You were asked %n time in ten minutes.</numerusform>
            <numerusform>You were asked %n times in ten minutes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message numerus="yes">
        <source>%n request(s)</source>
        <translation>
            <numerusform>%n request</numerusform>
            <numerusform>%n requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) are wrong in the audit log:</source>
        <translation>
            <numerusform>%n thing is wrong in the audit log:</numerusform>
            <numerusform>%n things are wrong in the audit log:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Label</name>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message numerus="yes">
        <source>Show more (%n character(s) left)</source>
        <translation>
            <numerusform>Show more (%n character left)</numerusform>
            <numerusform>Show more (%n characters left)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Moment</name>
    <message numerus="yes">
        <source>%n min ago</source>
        <translation>
            <numerusform>%n min ago</numerusform>
            <numerusform>%n min ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%n run(s) failed</source>
        <translation>
            <numerusform>%n run failed</numerusform>
            <numerusform>%n runs failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) finished</source>
        <translation>
            <numerusform>%n run finished</numerusform>
            <numerusform>%n runs finished</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n thing needs you</numerusform>
            <numerusform>%n things need you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Rules</name>
    <message numerus="yes">
        <source>%n time(s) a day</source>
        <translation>
            <numerusform>%n time a day</numerusform>
            <numerusform>%n times a day</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message numerus="yes">
        <source>%n run(s) working</source>
        <translation>
            <numerusform>%n run working</numerusform>
            <numerusform>%n runs working</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Homard needs you (%n)</source>
        <translation>
            <numerusform>Homard needs you (%n)</numerusform>
            <numerusform>Homard needs you (%n)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TextBlock</name>
    <message numerus="yes">
        <source>Show %n more line(s)</source>
        <translation>
            <numerusform>Show %n more line</numerusform>
            <numerusform>Show %n more lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %n line(s)</source>
        <translation>
            <numerusform>Show all of it (%n line)</numerusform>
            <numerusform>Show all %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message numerus="yes">
        <source>%n file(s) changed</source>
        <translation>
            <numerusform>%n file changed</numerusform>
            <numerusform>%n files changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n run(s) at work</source>
        <translation>
            <numerusform>%n run at work</numerusform>
            <numerusform>%n runs at work</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n thing needs you</numerusform>
            <numerusform>%n things need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Needs you (%n)</source>
        <translation>
            <numerusform>Needs you (%n)</numerusform>
            <numerusform>Needs you (%n)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message numerus="yes">
        <source>%n path(s) were changed by this run.</source>
        <translation>
            <numerusform>%n path was changed by this run.</numerusform>
            <numerusform>%n paths were changed by this run.</numerusform>
        </translation>
    </message>
</context>
</TS>
